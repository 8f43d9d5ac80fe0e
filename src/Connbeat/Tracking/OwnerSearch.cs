using Connbeat.Enrichment;
using Connbeat.Events;

namespace Connbeat.Tracking;

/// <summary>Gives connections their owners, and remembers those whose owner is still to be found.</summary>
internal sealed class OwnerSearch(ProcessDirectory directory, bool isOn)
{
    private readonly Dictionary<uint, Connection> _sought = [];
    private readonly List<Connection> _found = [];

    // Processes that hold no socket any more; kept for one whole snapshot, which shows what others hold now.
    private HashSet<ProcessKey> _left = [];
    private HashSet<ProcessKey> _leftBefore = [];

    /// <summary>True once the processes have been looked at, or where they never will be.</summary>
    public bool HaveBeenLookedFor { get; private set; } = !isOn;

    /// <summary>How many owners are still to be found.</summary>
    public int Sought => _sought.Count;

    /// <summary>What to ask the processes for.</summary>
    /// <param name="now">The boot clock.</param>
    public ScanRequest Request(long now) => new(_sought.Keys.ToHashSet(), now);

    /// <summary>True where the owner is not known yet but may still be found.</summary>
    public bool IsSought(Connection connection) =>
        _sought.TryGetValue(connection.Inode, out Connection? sought) && sought == connection;

    /// <summary>
    /// Gives a connection the owner that it has now, as far as is known. One that it had is kept where the socket has no
    /// holder any more.
    /// </summary>
    /// <returns>True where an owner is known.</returns>
    public bool Find(Connection connection, ListenerTable listeners)
    {
        if (connection.Inode == 0)
        {
            return false;
        }

        if (isOn && directory.TryFindOwner(connection.Inode, RuleFor(connection, listeners), out ProcessFacts? owner))
        {
            connection.Owner = owner;
            connection.Attribution = Attribution.Fd;
            _sought.Remove(connection.Inode);
            return true;
        }

        if (connection.Owner is null)
        {
            connection.Attribution = Attribution.Uid;
        }

        if (isOn && !connection.IsNobodys && connection.Phase is not ConnectionPhase.Ended)
        {
            _sought[connection.Inode] = connection; // also where the owner let go of it: somebody else has it now
        }

        return connection.Owner is not null;
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
        (_left, _leftBefore) = (_leftBefore, _left);
        _left.Clear();
    }

    /// <summary>Stops looking for the owner of a connection that ended; another life of its socket may go on.</summary>
    public void Forget(Connection connection)
    {
        if (IsSought(connection))
        {
            _sought.Remove(connection.Inode);
        }
    }

    /// <summary>Takes in what a look at the processes found.</summary>
    public void Apply(ProcessScan scan)
    {
        directory.Apply(scan);
        HaveBeenLookedFor = true;
        _left.UnionWith(scan.Gone);
        foreach (uint inode in scan.Nobody)
        {
            if (_sought.Remove(inode, out Connection? connection))
            {
                connection.IsNobodys = true;
            }
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

    private static OwnerRule RuleFor(Connection connection, ListenerTable listeners) => connection.Direction switch
    {
        Direction.Listening => OwnerRule.Listener,
        Direction.Inbound => OwnerRule.Inbound(
            listeners.Find(connection)?.Owner?.Pid),
        _ => OwnerRule.Outbound,
    };
}
