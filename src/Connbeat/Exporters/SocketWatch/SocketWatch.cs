using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.Exporters.Exposition;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Telemetry;

namespace Connbeat.Exporters.SocketWatch;

/// <summary>
/// The metrics of cnxwatch_exporter: how many sockets there are of each kind that is watched, in the network namespace of
/// the thread that makes this, unless another place is named. They are counted when somebody asks, and once a second at most.
/// </summary>
internal sealed class SocketWatch : IMetricsCollector, IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    /// <summary>How long the first page may wait for addresses.</summary>
    private static readonly TimeSpan FirstAnswers = TimeSpan.FromMilliseconds(500);

    private readonly SocketRule[] _rules;
    private readonly (SocketCounter Counter, int[] Rules)[] _places;
    private readonly TimeProvider _time;
    private readonly TimeSpan _resolveInterval;
    private readonly WatchedHost[] _names;
    private readonly ExporterHappenings _happened;
    private readonly HashSet<string> _closed = [];
    private readonly HashSet<string> _unresolved = []; // of the task that resolves
    private readonly int[] _counts;
    private long? _countedAt;
    private long? _resolvedAt;
    private Task _resolving = Task.CompletedTask;

    /// <summary>Watches for these.</summary>
    /// <param name="watched">What to count.</param>
    /// <param name="proc">Where processes are read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="resolveInterval">How long the addresses of a name are good.</param>
    /// <param name="happened">Takes what is worth telling.</param>
    /// <exception cref="KernelException">The kernel refuses to tell of sockets.</exception>
    public SocketWatch(
        IReadOnlyList<WatchedSocket> watched, ProcReader proc, TimeProvider time, TimeSpan resolveInterval,
        ExporterHappenings happened)
    {
        _rules = [.. watched.Select(socket => new SocketRule(socket))];
        _counts = new int[_rules.Length];
        _time = time;
        _resolveInterval = resolveInterval;
        _happened = happened;
        _names = [.. _rules.SelectMany(rule => rule.Names)];

        _places = [.. Enumerable.Range(0, _rules.Length)
            .GroupBy(rule => (_rules[rule].Watched.Namespace, _rules[rule].Watched.Container))
            .Select(place => (new SocketCounter([.. place.Select(rule => _rules[rule])], proc), place.ToArray()))];
    }

    /// <inheritdoc/>
    public string Name => "cnxwatch";

    /// <summary>Asks for the addresses of all names now.</summary>
    /// <exception cref="SocketException">A name has none.</exception>
    public void Resolve()
    {
        _resolvedAt = _time.GetTimestamp();
        Array.ForEach(_names, host => host.Resolve());
    }

    /// <inheritdoc/>
    /// <exception cref="KernelException">The kernel refuses to tell.</exception>
    public void Write(MetricsPage page)
    {
        IReadOnlyCollection<WatchedCount> counts = Read();
        SocketFamilies.WriteOriginal(page, counts);
        SocketFamilies.Write(page, counts);
    }

    /// <inheritdoc/>
    /// <exception cref="KernelException">The kernel refuses to tell.</exception>
    public void WriteOriginal(MetricsPage page) => SocketFamilies.WriteOriginal(page, Read());

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_places, place => place.Counter.Dispose());

    /// <summary>How many there are of each kind, as of now or a second ago. Of those that have all in common the last has the word.</summary>
    private Dictionary<WatchedSocket, WatchedCount>.ValueCollection Read()
    {
        ResolveInTime();
        if (_countedAt is not { } then || _time.GetElapsedTime(then) > Freshness)
        {
            Count();
            _countedAt = _time.GetTimestamp();
        }

        Dictionary<WatchedSocket, WatchedCount> series = [];
        for (int rule = 0; rule < _rules.Length; rule++)
        {
            WatchedSocket watched = _rules[rule].Watched;
            WatchedSocket told = watched with
            {
                SourceHost = SocketFamilies.AnyOr(watched.SourceHost),
                DestinationHost = SocketFamilies.AnyOr(watched.DestinationHost),
            };
            series[told] = new WatchedCount(told, _counts[rule]);
        }

        return series.Values;
    }

    private void Count()
    {
        foreach ((SocketCounter counter, int[] rules) in _places)
        {
            ReadOnlySpan<int> counts = [];
            try
            {
                counts = counter.Count();
                _closed.Remove(counter.Place);
            }
            catch (KernelException failure) when (!counter.IsHere)
            {
                // One place that is closed to us does not take the others with it.
                if (_closed.Add(counter.Place))
                {
                    _happened.PlaceNotSeen(counter.Place, failure.Message.TrimEnd('.'));
                }
            }

            for (int i = 0; i < rules.Length; i++)
            {
                _counts[rules[i]] = i < counts.Length ? counts[i] : 0;
            }
        }
    }

    /// <summary>Names are asked for beside the scrape; until there is an answer, the addresses from before are good.</summary>
    private void ResolveInTime()
    {
        bool isFirst = _resolvedAt is null;
        if (_names.Length == 0 || !_resolving.IsCompleted ||
            (_resolvedAt is { } then && _time.GetElapsedTime(then) < _resolveInterval))
        {
            return;
        }

        _resolvedAt = _time.GetTimestamp();
        _resolving = Task.Run(ResolveAll);
        _ = isFirst && _resolving.Wait(FirstAnswers);
    }

    private void ResolveAll()
    {
        foreach (WatchedHost host in _names)
        {
            try
            {
                host.Resolve();
                _unresolved.Remove(host.Name);
            }
            catch (SocketException failure)
            {
                // No answer is no reason to forget what was known.
                if (_unresolved.Add(host.Name))
                {
                    _happened.HostUnresolved(host.Name, failure.Message.TrimEnd('.'));
                }
            }
        }
    }
}
