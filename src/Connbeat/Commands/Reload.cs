using System.Threading.Channels;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Telemetry;

namespace Connbeat.Commands;

/// <summary>
/// Loads the configuration again when SIGHUP asks for it, and puts into force what can change while the agent runs. A
/// configuration that cannot be used as a whole changes nothing. Several signals at once are one.
/// </summary>
/// <param name="inForce">What the agent was started with.</param>
/// <param name="load">Loads the configuration.</param>
/// <param name="apply">Puts into force what can change.</param>
/// <param name="happened">Takes what is worth telling.</param>
/// <param name="supervision">Is told of it; null: nobody is.</param>
internal sealed class Reload(
    LoadedConfig inForce, Func<LoadedConfig> load, Func<LoadedConfig, Task> apply, ConfigurationHappenings happened,
    Supervision? supervision = null)
{
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private LoadedConfig _inForce = inForce;

    /// <summary>Asks for it. Any thread, also that of a signal.</summary>
    public void Ask() => _asked.Writer.TryWrite(true);

    /// <summary>Reloads whenever it is asked for, until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (await _asked.Reader.WaitToReadAsync(stop))
            {
                _asked.Reader.TryRead(out _);
                await ReloadAsync();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped as asked.
        }
    }

    /// <summary>Reloads once.</summary>
    public async Task ReloadAsync()
    {
        supervision?.Reloading();
        bool isInForce = await TryReloadAsync();
        supervision?.Ready(isInForce
            ? "The configuration was reloaded."
            : "The new configuration is refused, and the old one stays; the log says why.");
    }

    private async Task<bool> TryReloadAsync()
    {
        try
        {
            LoadedConfig loaded = load();
            ReloadPlan plan = ReloadPlan.Of(_inForce.Settings, loaded.Settings);
            if (plan.Refused.Count > 0)
            {
                happened.ReloadRefused(plan.Refused.Select(path => $"{path} cannot change while connbeat runs; restart it."));
                return false;
            }

            await apply(loaded);
            _inForce = loaded;
            happened.Reloaded(plan.Now, plan.Later, loaded.Warnings);
            return true;
        }
        catch (ConfigException faulty)
        {
            happened.ReloadRefused(faulty.Faults.Select(fault => fault.ToString()));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OutputUnavailableException)
        {
            happened.ReloadRefused([failure.Message]);
        }

        return false;
    }
}
