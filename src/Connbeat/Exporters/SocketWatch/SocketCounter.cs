using System.Text;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Exporters.SocketWatch;

/// <summary>
/// Counts the sockets of rules that are about one place: the network namespace of the thread that makes this, another one, or
/// a container. A place that is not there has no sockets.
/// </summary>
internal sealed class SocketCounter : IDisposable
{
    private const string NamedNamespaces = "/run/netns/";

    private readonly SocketRule[] _rules;
    private readonly ILookup<(Transport, ushort), int> _byPort;
    private readonly int[] _ofAnyPort;
    private readonly ProcReader _proc;
    private readonly string _namespace;
    private readonly string _container;
    private readonly SockDiagSocket? _own;
    private readonly int[] _counts;
    private readonly List<(int Rule, uint Inode)> _candidates = [];

    /// <summary>Prepares to count.</summary>
    /// <param name="rules">The rules, which have their namespace and their container in common.</param>
    /// <param name="proc">Where processes are read.</param>
    /// <exception cref="KernelException">The kernel refuses to tell of sockets.</exception>
    public SocketCounter(SocketRule[] rules, ProcReader proc)
    {
        _rules = rules;
        _counts = new int[rules.Length];
        _proc = proc;
        _namespace = rules[0].Watched.Namespace;
        _container = rules[0].Watched.Container;
        _own = _namespace.Length == 0 && _container.Length == 0 ? new SockDiagSocket() : null;
        int[] all = [.. Enumerable.Range(0, rules.Length)];
        _byPort = all.Where(HasOnePort).ToLookup(rule => (rules[rule].Transport, rules[rule].Watched.SourcePort!.Value.First));
        _ofAnyPort = [.. all.Where(rule => !HasOnePort(rule))];

        bool HasOnePort(int rule) => rules[rule].Watched.SourcePort is { } ports && ports.First == ports.Last;
    }

    /// <summary>True where the place is the network namespace of who made this.</summary>
    public bool IsHere => _own is not null;

    /// <summary>The place, as it is told where it can't be looked at.</summary>
    public string Place => _container.Length > 0 ? $"container {_container}"
        : _namespace.Length > 0 ? $"network namespace {_namespace}"
        : "this network namespace";

    /// <summary>Counts.</summary>
    /// <returns>How many sockets there are for each rule.</returns>
    /// <exception cref="KernelException">The kernel refuses to tell, or to let anybody into the place.</exception>
    public ReadOnlySpan<int> Count()
    {
        Array.Clear(_counts);
        _candidates.Clear();
        List<int> pids = [];
        if (_own is not null)
        {
            Dump(_own);
        }
        else if (PathOfNamespace(pids) is { } path && IdOf(path) is { } id)
        {
            using SockDiagSocket sockets = NetworkNamespace.Inside(path, id, static () => new SockDiagSocket());
            Dump(sockets);
        }

        CountHeld(pids);
        return _counts;
    }

    /// <inheritdoc/>
    public void Dispose() => _own?.Dispose();

    /// <param name="pids">Takes the processes of the container.</param>
    private string? PathOfNamespace(List<int> pids)
    {
        if (_container.Length > 0)
        {
            new ProcessIds(_proc).Read(pids);
            pids.RemoveAll(pid => Cgroup.TryRead(_proc, pid, out IReadOnlyList<Cgroup> groups) is not Look.Seen ||
                ContainerCgroup.Of(groups)?.Id?.StartsWith(_container, StringComparison.Ordinal) != true);
        }

        return _namespace.Length > 0 ? Path.Combine(NamedNamespaces, _namespace)
            : pids.Count > 0 ? $"{_proc.Root}/{pids[0]}/ns/net"
            : null;
    }

    private static uint? IdOf(string path) =>
        LibC.TryStatus(Encoding.UTF8.GetBytes(path + '\0'), out FileStatus status) == 0 ? (uint)status.Inode : null;

    private void Dump(SockDiagSocket sockets)
    {
        foreach (IGrouping<Transport, SocketRule> rules in _rules.GroupBy(rule => rule.Transport))
        {
            sockets.Dump(rules.Key, rules.Aggregate(TcpStates.None, (all, rule) => all | rule.States), Count);
        }
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

        if (_rules[rule].Process is null && _container.Length == 0)
        {
            _counts[rule]++;
        }
        else if (socket.Inode != 0)
        {
            _candidates.Add((rule, socket.Inode));
        }
    }

    /// <summary>Counts those that are held by whom they have to be. What may not be looked at does not count.</summary>
    /// <param name="pids">The processes of the container; where there is none, all are looked at.</param>
    private void CountHeld(List<int> pids)
    {
        if (_candidates.Count == 0)
        {
            return;
        }

        ILookup<uint, int> rules = _candidates.ToLookup(candidate => candidate.Inode, candidate => candidate.Rule);
        HashSet<(int Rule, uint Inode)> counted = [];
        SocketInodes held = new(_proc);
        if (_container.Length == 0)
        {
            new ProcessIds(_proc).Read(pids);
        }

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
                    if (_rules[rule].Process is not { } process || process.IsMatch(name ??= NameOf(pid)))
                    {
                        _counts[rule] += counted.Add((rule, inode)) ? 1 : 0;
                    }
                }
            }
        }
    }

    private string NameOf(int pid) => _proc.TryRead(pid, "comm"u8, limit: 64, out ReadOnlySpan<byte> name) is Look.Seen
        ? Encoding.UTF8.GetString(name.TrimEnd((byte)'\n'))
        : "";
}
