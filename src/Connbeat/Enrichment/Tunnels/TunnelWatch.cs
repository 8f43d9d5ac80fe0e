using System.Threading.Channels;
using Connbeat.Events;
using Connbeat.StrongSwan.Vici;
using Connbeat.Telemetry;

namespace Connbeat.Enrichment.Tunnels;

/// <summary>
/// Follows strongSwan's tunnels by VICI, in a task of its own: what happens to them, and how all of them are after each
/// happening and now and then, for a configuration that is loaded is no event.
/// </summary>
internal sealed class TunnelWatch : IAsyncDisposable
{
    private const int NewsInFlight = 4096;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(30);

    private readonly Channel<TunnelNews> _news =
        Channel.CreateBounded<TunnelNews>(new BoundedChannelOptions(NewsInFlight) { SingleReader = true });

    private readonly Channel<bool> _changes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly TimeProvider _time;
    private readonly StrongSwanHappenings _happened;
    private readonly CancellationTokenSource _stop = new();
    private readonly ViciClient _client;
    private readonly Task _looking;

    /// <summary>Starts.</summary>
    public TunnelWatch(ViciAddress address, TimeProvider time, StrongSwanHappenings happened)
    {
        _time = time;
        _happened = happened;
        Feed = new TunnelFeed(new TunnelDirectory(), _news.Reader);
        _client = new ViciClient(address, Timeout, time, ["child-updown", "child-rekey", "ike-rekey"], Take, Changed);
        _client.Start();
        _looking = LookAsync();
    }

    /// <summary>What is learned, and where it is kept.</summary>
    public TunnelFeed Feed { get; }

    /// <summary>Starts where there is something to follow; null where the setting says <c>off</c>.</summary>
    public static TunnelWatch? Start(string setting, TimeProvider time, StrongSwanHappenings happened) =>
        ViciAddress.TryParse(setting, out ViciAddress? address) ? new TunnelWatch(address, time, happened) : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _client.DisposeAsync();
        await _looking;
        _stop.Dispose();
    }

    private void Changed(string? ended)
    {
        if (ended is not null)
        {
            _happened.DidNotAnswer(ended);
        }

        _changes.Writer.TryWrite(true);
    }

    private void Take(string name, ViciSection message)
    {
        foreach ((string ikeName, ViciSection ike) in message.Sections)
        {
            foreach ((_, ViciSection child) in ike.Section("child-sas"u8).Sections)
            {
                bool isRekeyed = name == "child-rekey";
                Tell(
                    isRekeyed ? EventAction.TunnelRekeyed : message.Flag("up"u8) ? EventAction.TunnelUp : EventAction.TunnelDown,
                    ikeName, ChildSa.Read(isRekeyed ? child.Section("new"u8) : child));
            }
        }

        _changes.Writer.TryWrite(true);
    }

    private void Tell(EventAction action, string ikeName, ChildSa child)
    {
        TunnelFacts tunnel = TunnelMap.FactsOf(ikeName, child) with
        {
            LocalTs = child.LocalTs,
            RemoteTs = child.RemoteTs,
            IsProtected = action is not EventAction.TunnelDown,
        };
        if (!_news.Writer.TryWrite(new TunnelNews.Happened(action, tunnel)))
        {
            _happened.LostNews();
        }
    }

    private async Task LookAsync()
    {
        using PeriodicTimer timer = new(LooksEvery, _time);
        Task<bool>? tick = null, change = null;
        try
        {
            while (true)
            {
                tick = tick is null or { IsCompleted: true } ? timer.WaitForNextTickAsync(_stop.Token).AsTask() : tick;
                change = change is null or { IsCompleted: true } ? _changes.Reader.WaitToReadAsync(_stop.Token).AsTask() : change;
                await Task.WhenAny(tick, change);
                _stop.Token.ThrowIfCancellationRequested();
                _changes.Reader.TryRead(out _);
                await _news.Writer.WriteAsync(new TunnelNews.State(await ReadAsync()), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped as asked.
        }
    }

    /// <summary>How the tunnels are; of a daemon that does not tell, nothing is known: a wrong answer is worse than none.</summary>
    private async Task<TunnelMap> ReadAsync()
    {
        try
        {
            ViciSession session = await _client.SessionAsync(_stop.Token);
            List<IkeConfig> configs = [];
            List<IkeSa> ikes = [];
            await session.StreamAsync("list-conns", "list-conn", conn => configs.AddRange(IkeConfig.ReadAll(conn)), _stop.Token);
            await session.StreamAsync("list-sas", "list-sa", sa => ikes.AddRange(IkeSa.ReadAll(sa)), _stop.Token);
            _happened.Answered("its tunnels are followed");
            return new TunnelMap(configs, ikes);
        }
        catch (IOException failure)
        {
            _happened.DidNotAnswer(failure.Message);
            return TunnelMap.Empty;
        }
    }
}
