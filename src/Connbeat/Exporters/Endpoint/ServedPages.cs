using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Connbeat.Exporters.Endpoint;

/// <summary>
/// All that is served while connbeat runs: the page that has everything, and for each exporter that of the original. They can
/// be replaced while they are served. Opening and replacing are for one thread at a time.
/// </summary>
/// <param name="own">The agent's own metrics.</param>
/// <param name="isReady">Whether the agent does what it is there for, and what it lacks.</param>
/// <param name="ask">Who knows the connections.</param>
/// <param name="happened">Takes what is worth telling.</param>
/// <param name="time">The clock.</param>
internal sealed class ServedPages(
    IMetricsCollector own,
    Func<(bool IsReady, string Words)> isReady,
    AskForConnections ask,
    ExporterHappenings happened,
    TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long the collectors have for a page: a scrape waits for 1 s, and something is left to send it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(900);

    private readonly Dictionary<ListenAddress, WebListener> _listeners = [];
    private IReadOnlyList<GuardedCollector> _collectors = [];

    /// <summary>Serves these from now on, and nothing else. Where one can't be, all is as it was.</summary>
    /// <param name="main">Where the page is served that has everything; null where nothing is served.</param>
    /// <param name="exporters">The exporters.</param>
    /// <param name="webConfig">The web-config.yml that says who may come; empty for everybody.</param>
    /// <exception cref="ConfigException">An address can't be listened at, or is wanted twice.</exception>
    public async Task ReplaceAsync(ListenAddress? main, IReadOnlyList<ExporterPlan> exporters, string webConfig = "")
    {
        WebAccess? access = WebAccess.Of(webConfig, happened);
        List<GuardedCollector> collectors = [];
        Dictionary<ListenAddress, Served> wanted = [];
        if (main is not null)
        {
            collectors.Add(new GuardedCollector(own.Name, () => own, happened, time));
            foreach (ExporterPlan plan in exporters)
            {
                GuardedCollector collector = new(plan.Name, plan.Open, happened, time);
                collectors.Add(collector);
                if (plan.Listen is { } listen)
                {
                    Want(wanted, listen, new($"exporters.{plan.Name}.listen", context => plan.Page.AnswerAsync(context, collector, Patience)));
                }
            }

            Want(wanted, main, new("exporters.listen", new MainPages(collectors, isReady, new ConnectionsPages(ask), Patience).AnswerAsync));
        }

        await ListenAsync(wanted, access);
        IReadOnlyList<GuardedCollector> before = _collectors;
        _collectors = collectors;
        foreach ((ListenAddress address, WebListener listener) in _listeners.ToArray())
        {
            if (wanted.TryGetValue(address, out Served? served))
            {
                listener.Serve(served.Answer, access);
            }
            else
            {
                _listeners.Remove(address);
                await listener.DisposeAsync();
                happened.ServedNoMore(address.ToString());
            }
        }

        await Task.WhenAll([.. before.Select(collector => collector.DisposeAsync().AsTask())]);
        await Task.WhenAll(collectors.Select(collector => collector.OpenAsync(CancellationToken.None)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_listeners.Values.Select(listener => listener.DisposeAsync().AsTask()));
        await Task.WhenAll(_collectors.Select(collector => collector.DisposeAsync().AsTask()));
    }

    private static void Want(Dictionary<ListenAddress, Served> wanted, ListenAddress address, Served served)
    {
        if (!wanted.TryAdd(address, served))
        {
            throw Fault($"{served.Setting} is '{address}', where {wanted[address].Setting} is already");
        }
    }

    /// <summary>Listens wherever nobody does yet.</summary>
    private async Task ListenAsync(Dictionary<ListenAddress, Served> wanted, WebAccess? access)
    {
        Dictionary<ListenAddress, WebListener> opened = [];
        foreach ((ListenAddress address, Served served) in wanted.Where(one => !_listeners.ContainsKey(one.Key)))
        {
            try
            {
                opened.Add(address, await WebListener.OpenAsync(address, served.Answer, access));
            }
            catch (Exception failure) when (failure is IOException or SocketException)
            {
                await Task.WhenAll(opened.Values.Select(listener => listener.DisposeAsync().AsTask()));
                throw Fault($"{served.Setting} is '{address}': {failure.Message.TrimEnd('.')}");
            }
        }

        foreach ((ListenAddress address, WebListener listener) in opened)
        {
            _listeners.Add(address, listener);
            happened.Serving(address.ToString());
        }
    }

    private static ConfigException Fault(string message) => new([new ConfigFault(null, message)]);

    /// <summary>What is served somewhere.</summary>
    /// <param name="Setting">What says where.</param>
    /// <param name="Answer">Answers a request.</param>
    private sealed record Served(string Setting, Func<HttpContext, Task> Answer);
}
