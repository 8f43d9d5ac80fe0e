using Connbeat.Config;
using Connbeat.Exporters.Vici;
using Connbeat.StrongSwan.Conf;
using Connbeat.StrongSwan.Status;
using Connbeat.Telemetry;

namespace Connbeat.Exporters.IpsecStatus;

/// <summary>
/// Reads ipsec.conf, which is small, at each question, so that it is never stale; and asks once how all tunnels are.
/// </summary>
/// <param name="configPath">Where ipsec.conf is.</param>
/// <param name="source">Who is asked.</param>
/// <param name="vici">VICI; null where it is not to be asked. It stays the caller's.</param>
/// <param name="command">The command.</param>
/// <param name="happened">Takes what is worth telling.</param>
internal sealed class IpsecSource(
    string configPath, StatusSource source, ViciSource? vici, StatusCommand command, StrongSwanHappenings happened)
{
    private readonly Lock _gate = new();
    private Task<IpsecSnapshot>? _asking;

    /// <summary>What there is now. Whoever asks while another does gets the same answer.</summary>
    public Task<IpsecSnapshot> ReadAsync()
    {
        lock (_gate)
        {
            if (_asking is null || _asking.IsCompleted)
            {
                _asking = AskAsync();
            }

            return _asking;
        }
    }

    private async Task<IpsecSnapshot> AskAsync()
    {
        await Task.Yield(); // the lock of the one who asked is not held
        IpsecConf conf = IpsecConf.Read(configPath);
        happened.ReadConfig(
            conf.Faults.Count > 0 ? string.Join("; ", conf.Faults.Take(5)) : conf.Tunnels.Count == 0 ? $"No configured connections in {configPath}" : null);
        ViciSnapshot? told = vici is null ? null : await vici.ReadAsync();
        if (told is { IsUp: true })
        {
            happened.Answered("VICI");
            return new IpsecSnapshot(conf, TunnelState.All(SeenIke.Of(told.Ikes)), told);
        }

        if (source is StatusSource.Vici || conf.Tunnels.All(tunnel => tunnel.IsIgnored))
        {
            return new IpsecSnapshot(conf, null, told);
        }

        try
        {
            string output = await command.RunAsync(CancellationToken.None);
            happened.Answered("the command");
            return new IpsecSnapshot(
                conf, TunnelState.All(LibreswanOutput.IsIn(output) ? LibreswanOutput.Parse(output) : StatusOutput.Parse(output)), null);
        }
        catch (IOException failure)
        {
            happened.DidNotAnswer(failure.Message);
            return new IpsecSnapshot(conf, null, null);
        }
    }
}
