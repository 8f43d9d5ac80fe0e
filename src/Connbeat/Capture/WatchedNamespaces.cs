using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Telemetry;

namespace Connbeat.Capture;

/// <summary>
/// The network namespaces that are watched: joined when a process or a mount holds them, left when none does any more,
/// because the sockets of our own would keep them alive. The snapshot thread's.
/// </summary>
/// <param name="engine">Opens them.</param>
/// <param name="own">The agent's own, which is watched for ever; null where it is not to be.</param>
/// <param name="ownId">Its inode number.</param>
/// <param name="census">Finds the others; null where only the agent's own is to be watched.</param>
/// <param name="happened">Takes what is worth telling.</param>
internal sealed class WatchedNamespaces(
    ICaptureEngine engine, INamespaceView? own, uint ownId, NamespaceCensus? census, CaptureHappenings happened)
    : IDisposable
{
    private readonly Dictionary<uint, INamespaceView> _others = [];
    private readonly Dictionary<uint, NamespaceSighting> _sightings = [];
    private readonly List<INamespaceView> _joined = [];
    private readonly List<INamespaceView> _left = [];
    private readonly HashSet<uint> _closed = [];

    /// <summary>The agent's own; null where it is not watched.</summary>
    public INamespaceView? Own => own;

    /// <summary>All that are watched, the agent's own first.</summary>
    public IEnumerable<INamespaceView> All => own is null ? _others.Values : _others.Values.Prepend(own);

    /// <summary>Those that were new to the last census.</summary>
    public IReadOnlyList<INamespaceView> Joined => _joined;

    /// <summary>Those that the last census did not find any more; to be disposed by who reads this.</summary>
    public IReadOnlyList<INamespaceView> Left => _left;

    /// <summary>Those that are there but cannot be looked into.</summary>
    public IReadOnlyCollection<uint> Closed => _closed;

    /// <summary>Those that are watched, but for the agent's own; a new list where the last census found a change.</summary>
    public IReadOnlyList<NamespaceSighting> Sightings { get; private set; } = [];

    /// <summary>Looks which there are.</summary>
    /// <returns>True where <see cref="Sightings"/> is another than before.</returns>
    /// <exception cref="KernelException">The processes or the mounts cannot be listed; all is watched as before.</exception>
    public bool Refresh()
    {
        _joined.Clear();
        _left.Clear();
        if (census is null)
        {
            return false;
        }

        IReadOnlyDictionary<uint, FoundNamespace> found = census.Take();
        Leave(Abandoned(found));
        _closed.Clear();
        bool changed = _left.Count > 0;

        // Those that can be entered first: they teach which of the others are one with them.
        foreach (FoundNamespace @namespace in found.Values.OrderByDescending(@namespace => @namespace.IsOpenable))
        {
            if (@namespace.Id != ownId && !census.IsAlias(@namespace.Id))
            {
                changed |= Join(@namespace) && Sight(@namespace);
            }
        }

        if (changed)
        {
            Sightings = [.. _sightings.Values];
        }

        return changed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (INamespaceView view in All)
        {
            view.Dispose();
        }
    }

    /// <summary>
    /// Those that nobody holds any more. A thread can be elsewhere than its process; that takes a longer look, which is
    /// rarely needed.
    /// </summary>
    private INamespaceView[] Abandoned(IReadOnlyDictionary<uint, FoundNamespace> found) =>
        [.. _others.Values.Where(view => !found.ContainsKey(view.Namespace) && !census!.IsHeldByThread(view.Namespace))];

    private void Leave(INamespaceView[] views)
    {
        foreach (INamespaceView view in views)
        {
            _left.Add(view);
            _others.Remove(view.Namespace);
            _sightings.Remove(view.Namespace);
            happened.NamespaceLeft(view.Namespace);
        }
    }

    /// <returns>True where the namespace is watched.</returns>
    private bool Join(FoundNamespace found)
    {
        if (_others.TryGetValue(found.Id, out INamespaceView? known))
        {
            known.Update(found);
            return true;
        }

        try
        {
            if (engine.Open(found) is { } view)
            {
                _others.Add(found.Id, view);
                _joined.Add(view);
                if (view.NetInode is { } netInode)
                {
                    census!.Learn(netInode, found.Id);
                }

                happened.NamespaceJoined(found.Id, found.Name);
                return true;
            }
        }
        catch (KernelException failure)
        {
            happened.NamespaceNotOpened(found.Id, failure);
        }

        _closed.Add(found.Id);
        return false;
    }

    /// <returns>True where its name or its processes are others than before.</returns>
    private bool Sight(FoundNamespace found)
    {
        if (_sightings.TryGetValue(found.Id, out NamespaceSighting? before) &&
            before.Name == found.Name && before.Pids.SequenceEqual(found.Pids))
        {
            return false;
        }

        _sightings[found.Id] = new NamespaceSighting(found.Id, found.Name, [.. found.Pids]);
        return true;
    }
}
