using Connbeat.Config;
using Connbeat.Exporters;
using Connbeat.Exporters.Endpoint;
using Connbeat.Linux;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging;

namespace Connbeat.Commands;

/// <summary>
/// What a running agent serves, as its configuration has it. The web server is loaded where there is something to serve, and
/// not before. Applying is for one thread at a time.
/// </summary>
internal sealed class Serving(Agent agent, ILoggerFactory logs) : IAsyncDisposable
{
    private ServedPages? _pages;
    private EffectiveSetting[] _inForce = [];

    /// <summary>Serves what a configuration asks for. Where the settings are those in force, nothing is touched.</summary>
    /// <exception cref="ConfigException">It can't be; all is as it was.</exception>
    public async Task ApplyAsync(LoadedConfig config)
    {
        EffectiveSetting[] settings =
            [.. config.Settings.Where(setting => setting.Path.StartsWith("exporters.", StringComparison.Ordinal))];
        if (settings.SequenceEqual(_inForce))
        {
            return;
        }

        ExporterOptions options = config.Options.Exporters;
        if (options.Enabled)
        {
            _pages ??= Open();
            await _pages.ReplaceAsync(options.Listen, ExporterPlans.Of(options, logs), options.WebConfig);
        }
        else if (_pages is not null)
        {
            await _pages.ReplaceAsync(null, []);
        }

        _inForce = settings;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _pages?.DisposeAsync() ?? default;

    private ServedPages Open() => new(
        new OwnMetrics(() => agent.Figures), () => agent.Readiness, agent.AskAsync,
        new ExporterHappenings(logs.CreateLogger<ExporterHappenings>()), BootTime.Clock);
}
