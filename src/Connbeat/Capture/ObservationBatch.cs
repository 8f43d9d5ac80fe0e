using Connbeat.Linux.Bpf;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Capture;

/// <summary>
/// What an engine observed at one go. A snapshot says: this is all there is; it comes in parts, the last of which says
/// so. Changes say: this happened, in order. An overrun says: some changes were lost, a snapshot follows.
/// Times are boot-clock nanoseconds. Pooled: <see cref="Release"/> it when read.
/// </summary>
internal sealed class ObservationBatch(ObservationPool pool)
{
    /// <summary>How many sockets a batch holds: an array just below the large object heap.</summary>
    public const int Capacity = 256;

    private readonly SocketObservation[] _sockets = new SocketObservation[Capacity];
    private readonly List<ProcessObservation> _processes = [];
    private readonly List<FlowObservation> _flows = [];

    /// <summary>What the batch is.</summary>
    public BatchKind Kind { get; private set; }

    /// <summary>
    /// A snapshot: nothing that ended before this is in it. Changes: when the batch was begun. An overrun: nothing was lost
    /// before this; so of uncounted datagrams.
    /// </summary>
    public long Begin { get; private set; }

    /// <summary>
    /// The last part of a snapshot: everything that began after this is missing from it. An overrun: nothing was lost after
    /// this.
    /// </summary>
    public long End { get; set; }

    /// <summary>True for the part that ends a snapshot.</summary>
    public bool IsLast { get; set; }

    /// <summary>
    /// False on the last part of a snapshot that may lack sockets of the agent's own network namespace.
    /// </summary>
    public bool IsComplete { get; set; }

    /// <summary>
    /// On the last part of a snapshot: network namespaces that are there but were not looked at, or not with success, so
    /// that the absence of their sockets proves nothing.
    /// </summary>
    public IReadOnlyCollection<uint> Unseen { get; set; } = [];

    /// <summary>All network namespaces that are watched now, but for the agent's own.</summary>
    public IReadOnlyList<NamespaceSighting> Namespaces { get; set; } = [];

    /// <summary>
    /// True on the last part of a snapshot that did not look for TCP sockets that no process holds: the absence of a TCP
    /// socket proves nothing.
    /// </summary>
    public bool ShowsHeldTcpOnly { get; set; }

    /// <summary>The network namespace whose changes an overrun lost; 0: those of any, and of processes.</summary>
    public uint Namespace { get; set; }

    /// <summary>How many changes an overrun lost, or how many datagrams are in no flow.</summary>
    public long Lost { get; set; }

    /// <summary>The sockets observed.</summary>
    public ReadOnlySpan<SocketObservation> Sockets => _sockets.AsSpan(0, Count);

    /// <summary>How many sockets there are.</summary>
    public int Count { get; private set; }

    /// <summary>What happened to processes, in order.</summary>
    public IReadOnlyList<ProcessObservation> Processes => _processes;

    /// <summary>What happened to flows of UDP, in order.</summary>
    public IReadOnlyList<FlowObservation> Flows => _flows;

    /// <summary>True where nothing further fits.</summary>
    public bool IsFull => Count == Capacity || _processes.Count == Capacity || _flows.Count == Capacity;

    /// <summary>Adds a socket; the batch must not be full.</summary>
    public void Add(uint @namespace, long at, in SocketEntry entry) =>
        _sockets[Count++] = new SocketObservation(@namespace, at, entry);

    /// <summary>Adds a socket; the batch must not be full.</summary>
    public void Add(in SocketObservation socket) => _sockets[Count++] = socket;

    /// <summary>Adds what happened to a process before the next socket; the batch must not be full.</summary>
    public void Add(ProcessRecord process) => _processes.Add(new ProcessObservation(Count, process));

    /// <summary>Adds what happened to a flow before the next socket and the next process; the batch must not be full.</summary>
    public void Add(in FlowObservation flow) => _flows.Add(flow with { Sockets = Count, Processes = _processes.Count });

    /// <summary>Gives the batch back to its pool; it must not be touched afterwards.</summary>
    public void Release() => pool.Return(this);

    /// <summary>Makes a pooled batch a new one.</summary>
    public ObservationBatch Reuse(BatchKind kind, long begin)
    {
        Kind = kind;
        Begin = begin;
        End = 0;
        IsLast = false;
        IsComplete = false;
        ShowsHeldTcpOnly = false;
        Unseen = [];
        Namespace = 0;
        Namespaces = [];
        Lost = 0;
        Count = 0;
        _processes.Clear();
        _flows.Clear();
        return this;
    }
}

/// <summary>What a batch of observations is.</summary>
internal enum BatchKind : byte
{
    /// <summary>Part of a picture of all that there is.</summary>
    Snapshot,

    /// <summary>What happened to sockets and processes, in order.</summary>
    Changes,

    /// <summary>Some changes were lost.</summary>
    Overrun,

    /// <summary>Part of a look at all flows of UDP; the last part says so.</summary>
    Flows,

    /// <summary>Datagrams of UDP found no room for their flow.</summary>
    Uncounted,

    /// <summary>The network namespaces that are watched are others than before, or others are in them.</summary>
    Namespaces,
}

/// <summary>What happened to a process, before so many sockets of the same batch and after all others.</summary>
/// <param name="Sockets">How many sockets of the batch come before it.</param>
/// <param name="Record">What happened.</param>
internal readonly record struct ProcessObservation(int Sockets, ProcessRecord Record);
