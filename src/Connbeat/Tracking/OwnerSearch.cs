using Connbeat.Capture;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux.Bpf;

namespace Connbeat.Tracking;

/// <summary>
/// Gives connections their owners, and remembers those whose owner is still to be found. Where no process is known, the
/// control group of the socket may tell a unit or a container, and else the network namespace a container.
/// </summary>
/// <param name="directory">The processes.</param>
/// <param name="isOn">False where no process, and nothing of its kind, is to be told.</param>
/// <param name="cgroups">The control groups; null where nobody looks them up.</param>
/// <param name="namespaces">The network namespaces; null where nobody looks at them.</param>
/// <param name="containers">What the container engine says; null where it is not asked.</param>
/// <param name="heard">The processes that the engine tells of with sockets; null where it does not, and they are looked for.</param>
internal sealed class OwnerSearch(
    ProcessDirectory directory,
    bool isOn,
    CgroupDirectory? cgroups = null,
    NamespaceDirectory? namespaces = null,
    ContainerDirectory? containers = null,
    HeardProcesses? heard = null)
{
    private readonly Dictionary<uint, Connection> _sought = [];
    private readonly List<Connection> _found = [];

    // Processes that hold no socket any more; kept for one whole snapshot, which shows what others hold now.
    private HashSet<ProcessKey> _left = [];
    private HashSet<ProcessKey> _leftBefore = [];

    private bool _sawSnapshot;

    /// <summary>True once the host has been looked at after the first snapshot, or where it never will be.</summary>
    public bool HaveBeenLookedFor { get; private set; } = !isOn && cgroups is null && namespaces is null;

    /// <summary>How many owners, control groups and new namespaces are to be looked for now.</summary>
    public int Sought => _sought.Count + (cgroups?.Wanted ?? 0) + (namespaces?.Unasked ?? 0) + (heard?.Wanted ?? 0);

    /// <summary>What to ask the worker for.</summary>
    /// <param name="now">The boot clock.</param>
    public ScanRequest Request(long now) => new(_sought.Keys.ToHashSet(), now)
    {
        Processes = heard?.Request() ?? new HashSet<int>(),
        AllProcesses = heard?.WantsAll ?? false,
        Cgroups = cgroups?.Request(now) ?? new HashSet<ulong>(),
        Namespaces = namespaces?.Request() ?? [],
    };

    /// <summary>True where no owner is known yet, but one, or else the control group, may still be found.</summary>
    public bool IsSought(Connection connection) =>
        IsOwnerSought(connection) || MayBeTold(connection) ||
        (connection.Owner is null && cgroups is not null && cgroups.IsWanted(connection.CgroupId));

    /// <summary>True where the engine tells of owners, and may yet of this one.</summary>
    public bool MayBeTold(Connection connection) =>
        heard is not null && isOn && connection is { Owner: null, IsNobodys: false };

    /// <summary>True where a container engine is asked for what it knows of containers.</summary>
    public bool AsksForDetails => containers is not null;

    /// <summary>
    /// True where the container engine has been asked for the connection's container, or /proc for its process, and not
    /// answered yet.
    /// </summary>
    public bool AreDetailsAwaited(Connection connection) =>
        (heard is not null && connection.Owner is { } owner && heard.IsAwaited(owner)) ||
        containers is not null && connection.Container?.Id is { } id && containers.IsAwaited(id);

    /// <summary>
    /// Gives a connection the owner that it has now, as far as is known. One that it had is kept where the socket has no
    /// holder any more. Without one, its control group or its namespace may tell the container.
    /// </summary>
    /// <returns>True where an owner is known.</returns>
    public bool Find(Connection connection, ListenerTable listeners)
    {
        bool isKnown = heard is null
            ? connection.Inode != 0 && FindProcess(connection, listeners)
            : FindHeard(connection, heard);
        if (!isKnown)
        {
            FindCgroup(connection);
        }

        if (connection.Container?.Id is { } container)
        {
            containers?.Want(container);
        }

        return isKnown;
    }

    /// <summary>The engine tells of a process.</summary>
    public void Hear(ProcessRecord process) => heard?.Apply(process);

    /// <summary>What the engine told of processes was lost, until then.</summary>
    public void Overran(long at) => heard?.Overran(at);

    /// <summary>Gives a connection the owner that the engine tells.</summary>
    /// <returns>True where that is another process than before.</returns>
    public bool Take(Connection connection, in SocketObservation told)
    {
        if (heard is null || !told.Owner.IsKnown)
        {
            return false;
        }

        if (!isOn)
        {
            connection.Attribution = Attribution.Uid;
            return false;
        }

        ProcessFacts? before = connection.Owner;
        connection.Owner = heard.Of(told.Owner);
        connection.Attribution = told.Method is OwnerMethod.Holds ? Attribution.Fd : Attribution.Bpf;
        return before is null || before.Pid != connection.Owner.Pid || before.StartTicks != connection.Owner.StartTicks;
    }

    /// <summary>What is told of the owner from here on is how it was last heard of.</summary>
    public void Renew(Connection connection)
    {
        if (heard is not null && connection.Owner is { } owner)
        {
            connection.Owner = heard.Now(owner);
        }
    }

    /// <summary>True where the owner holds no socket any more, though this one is still held by somebody.</summary>
    public bool OwnerHasLeft(Connection connection)
    {
        if (_left.Count + _leftBefore.Count == 0 || connection.Owner is not { } owner)
        {
            return false;
        }

        ProcessKey key = new(owner.Pid, owner.StartTicks);
        return _left.Contains(key) || _leftBefore.Contains(key);
    }

    /// <summary>A snapshot was read to its end.</summary>
    public void SnapshotEnded()
    {
        _sawSnapshot = true;
        (_left, _leftBefore) = (_leftBefore, _left);
        _left.Clear();
    }

    /// <summary>Stops looking for the owner of a connection that ended; another life of its socket may go on.</summary>
    public void Forget(Connection connection)
    {
        if (IsOwnerSought(connection))
        {
            _sought.Remove(connection.Inode);
        }
    }

    /// <summary>Takes in what a look at the processes found.</summary>
    public void Apply(ProcessScan scan)
    {
        directory.Apply(scan);
        heard?.Apply(scan.Asked, scan.Processes, scan.AllSince);
        cgroups?.Apply(scan.Cgroups);
        namespaces?.Apply(scan.Namespaces);
        HaveBeenLookedFor |= _sawSnapshot;
        _left.UnionWith(scan.Gone);
        foreach (uint inode in scan.Nobody)
        {
            if (_sought.Remove(inode, out Connection? connection))
            {
                connection.IsNobodys = true;
            }
        }
    }

    /// <summary>Withholds secrets of what is known already: of processes, connections and containers.</summary>
    public void Withhold(SecretRemoval secrets, IEnumerable<Connection> connections)
    {
        Withholding withholding = new(secrets);
        directory.Replace(withholding.Of);
        heard?.Withhold(secrets);
        containers?.Replace(secrets.Of);
        foreach (Connection connection in connections)
        {
            connection.Owner = connection.Owner is { } owner ? withholding.Of(owner) : null;
        }
    }

    /// <summary>The connections that were sought and have another owner now than before. Valid until the next call.</summary>
    public IReadOnlyList<Connection> TakeFound(ListenerTable listeners)
    {
        _found.Clear();
        foreach (Connection connection in _sought.Values)
        {
            if (directory.TryFindOwner(connection.Inode, RuleFor(connection, listeners), out _))
            {
                _found.Add(connection);
            }
        }

        _found.RemoveAll(connection => !FindAnother(connection, listeners));
        if (_sought.Count == 0)
        {
            _sought.TrimExcess(); // at the start every socket was sought, and hardly ever again as many
        }

        return _found;
    }

    /// <summary>Gives a connection the owner that it has now.</summary>
    /// <returns>True where that is another process than before.</returns>
    public bool FindAnother(Connection connection, ListenerTable listeners)
    {
        ProcessFacts? before = connection.Owner;
        return Find(connection, listeners) &&
            (before is null || before.Pid != connection.Owner!.Pid || before.StartTicks != connection.Owner.StartTicks);
    }

    private static bool FindHeard(Connection connection, HeardProcesses heard)
    {
        if (connection.Owner is { } owner)
        {
            connection.Owner = heard.Newest(owner);
            return true;
        }

        // Who only receives is known by the socket; but as long as somebody may still answer, that tells more.
        if (connection is { Phase: not ConnectionPhase.Opening, Socket: { Owner: { } holder } socket })
        {
            (connection.Owner, connection.Attribution) = (heard.Newest(holder), socket.Attribution);
            return true;
        }

        // What programs do not tell of, nobody in this pid namespace holds.
        connection.Attribution = connection is { Inode: not 0, Attribution: Attribution.None } ? Attribution.Uid : connection.Attribution;
        return false;
    }

    private bool FindProcess(Connection connection, ListenerTable listeners)
    {
        if (isOn && directory.TryFindOwner(connection.Inode, RuleFor(connection, listeners), out ProcessFacts? owner))
        {
            connection.Owner = owner;
            connection.Attribution = Attribution.Fd;
            _sought.Remove(connection.Inode);
            return true;
        }

        if (connection is { Owner: null, Attribution: not Attribution.Cgroup })
        {
            connection.Attribution = Attribution.Uid;
        }

        if (isOn && !connection.IsNobodys && connection.Phase is not ConnectionPhase.Ended)
        {
            _sought[connection.Inode] = connection; // also where the owner let go of it: somebody else has it now
        }

        return connection.Owner is not null;
    }

    /// <summary>What was once found is kept: the group may be gone, and its answer forgotten.</summary>
    private void FindCgroup(Connection connection)
    {
        if (connection.Attribution is not Attribution.Cgroup && cgroups?.Find(connection.CgroupId) is { } told &&
            (told.Container is not null || (isOn && told.Unit is not null)))
        {
            connection.Cgroup = told;
            connection.Attribution = Attribution.Cgroup;
        }

        if (connection.Container is null && namespaces?.ContainerOf(connection.Key.Namespace) is { } container)
        {
            connection.Cgroup = new CgroupFacts(connection.Cgroup?.Unit, container);
        }
    }

    private bool IsOwnerSought(Connection connection) =>
        _sought.TryGetValue(connection.Inode, out Connection? sought) && sought == connection;

    private static OwnerRule RuleFor(Connection connection, ListenerTable listeners) => connection.Direction switch
    {
        Direction.Listening => OwnerRule.Listener,
        Direction.Inbound => OwnerRule.Inbound(
            listeners.Find(connection)?.Owner?.Pid),
        _ => OwnerRule.Outbound,
    };
}
