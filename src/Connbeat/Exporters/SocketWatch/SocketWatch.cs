using System.Net.Sockets;
using System.Text;
using Connbeat.Config;
using Connbeat.Exporters.Exposition;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Linux.SockDiag;
using Connbeat.Telemetry;

namespace Connbeat.Exporters.SocketWatch;

/// <summary>
/// The metrics of cnxwatch_exporter: how many sockets there are of each kind that is watched, in the network namespace of
/// the thread that asks. They are counted when somebody asks, and once a second at most.
/// </summary>
internal sealed class SocketWatch : IMetricsCollector, IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    /// <summary>How long the first page may wait for addresses.</summary>
    private static readonly TimeSpan FirstAnswers = TimeSpan.FromMilliseconds(500);

    private readonly SocketRule[] _rules;
    private readonly ILookup<(Transport, ushort), int> _byPort;
    private readonly int[] _ofAnyPort;
    private readonly SockDiagSocket _sockets = new();
    private readonly ProcReader _proc;
    private readonly TimeProvider _time;
    private readonly TimeSpan _resolveInterval;
    private readonly WatchedHost[] _names;
    private readonly ExporterHappenings _happened;
    private readonly HashSet<string> _unresolved = []; // of the task that resolves
    private readonly int[] _counts;
    private readonly List<(int Rule, uint Inode)> _candidates = [];
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
        _proc = proc;
        _time = time;
        _resolveInterval = resolveInterval;
        _happened = happened;
        _names = [.. _rules.SelectMany(rule => rule.Names)];
        int[] all = [.. Enumerable.Range(0, _rules.Length)];
        _byPort = all.Where(HasOnePort)
            .ToLookup(rule => (_rules[rule].Transport, _rules[rule].Watched.SourcePort!.Value.First));
        _ofAnyPort = [.. all.Where(rule => !HasOnePort(rule))];

        bool HasOnePort(int rule) => _rules[rule].Watched.SourcePort is { } ports && ports.First == ports.Last;
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
    public void Dispose() => _sockets.Dispose();

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
            series[_rules[rule].Watched] = new WatchedCount(_rules[rule].Watched, _counts[rule]);
        }

        return series.Values;
    }

    private void Count()
    {
        Array.Clear(_counts);
        _candidates.Clear();
        foreach (IGrouping<Transport, SocketRule> rules in _rules.GroupBy(rule => rule.Transport))
        {
            TcpStates states = rules.Aggregate(TcpStates.None, (all, rule) => all | rule.States);
            _sockets.Dump(rules.Key, states, Count);
        }

        CountHeld();
    }

    private void Count(in SocketEntry socket)
    {
        foreach (int rule in _byPort[(socket.Transport, socket.Tuple.LocalPort)])
        {
            Count(rule, socket);
        }

        foreach (int rule in _ofAnyPort)
        {
            Count(rule, socket);
        }
    }

    private void Count(int rule, in SocketEntry socket)
    {
        if (!_rules[rule].Matches(socket))
        {
            return;
        }

        if (_rules[rule].Process is null)
        {
            _counts[rule]++;
        }
        else if (socket.Inode != 0)
        {
            _candidates.Add((rule, socket.Inode));
        }
    }

    /// <summary>Counts those whose process has the name that it has to have. What may not be looked at does not count.</summary>
    private void CountHeld()
    {
        if (_candidates.Count == 0)
        {
            return;
        }

        ILookup<uint, int> rules = _candidates.ToLookup(candidate => candidate.Inode, candidate => candidate.Rule);
        HashSet<(int Rule, uint Inode)> counted = [];
        SocketInodes held = new(_proc);
        List<int> pids = [];
        new ProcessIds(_proc).Read(pids);
        foreach (int pid in pids)
        {
            if (held.TryRead(pid, out ReadOnlySpan<uint> inodes, out _) is not Look.Seen)
            {
                continue;
            }

            string? name = null;
            foreach (uint inode in inodes)
            {
                foreach (int rule in rules[inode])
                {
                    name ??= NameOf(pid);
                    if (_rules[rule].Process!.IsMatch(name) && counted.Add((rule, inode)))
                    {
                        _counts[rule]++;
                    }
                }
            }
        }
    }

    private string NameOf(int pid) => _proc.TryRead(pid, "comm"u8, limit: 64, out ReadOnlySpan<byte> name) is Look.Seen
        ? Encoding.UTF8.GetString(name.TrimEnd((byte)'\n'))
        : "";

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
