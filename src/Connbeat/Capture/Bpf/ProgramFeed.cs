using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Telemetry;

namespace Connbeat.Capture.Bpf;

/// <summary>
/// The eBPF programs at work: what happens comes through the ring, what there is by iterating over descriptors. Where
/// something was lost, a full picture is wanted, which the programs alone do not give.
/// </summary>
internal sealed class ProgramFeed : IDisposable
{
    /// <summary>The name under <c>source:</c> in connbeat.yml.</summary>
    public const string Name = "ebpf";

    private readonly KernelPrograms _programs;
    private readonly ProgramFeedSettings _settings;
    private readonly IdleConnections _idle = new();
    private readonly RingReader _reader;
    private volatile bool _wantsAll = true;

    /// <summary>Takes over programs that are attached.</summary>
    /// <exception cref="KernelException">The kernel does not share their ring.</exception>
    public ProgramFeed(
        KernelPrograms programs, ObservationQueue queue, ProgramFeedSettings settings, TimeProvider time,
        CaptureHappenings happened)
    {
        _programs = programs;
        _settings = settings;
        _reader = new RingReader(programs, queue, settings, _idle, time, happened)
        {
            Overran = () =>
            {
                WantAll();
                SnapshotIsWanted?.Invoke();
            },
        };
    }

    /// <summary>True where flows of UDP are told.</summary>
    public bool TellsFlows => _programs.Has(ProgramFeature.Flows);

    /// <summary>Called where a snapshot is wanted at once.</summary>
    public Action? SnapshotIsWanted { get; set; }

    /// <summary>
    /// True where the next snapshot is to look for everything, also for what no process holds: the first, and one after a loss.
    /// </summary>
    public bool WantsAll => _wantsAll;

    /// <summary>A snapshot that looks for everything begins.</summary>
    public void BeginAll() => _wantsAll = false;

    /// <summary>Something was lost, or a snapshot that looked for everything has failed.</summary>
    public void WantAll() => _wantsAll = true;

    /// <summary>Passes on what happens, until it is stopped.</summary>
    public void Run(CancellationToken stop) => _reader.Run(stop);

    /// <summary>Reads the sockets that processes hold, each perhaps several times.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="WireFormatException">Its answer is not understood.</exception>
    public void ReadSockets(ProgramSocketReader reader) => _programs.ReadSockets(row =>
    {
        ProgramSocket socket = ProgramSocket.ParseRow(row);
        if (socket.Entry.State is TcpState.Listen && socket.Holder != 0)
        {
            _idle.Listens(socket.Namespace, socket.Entry.Tuple.LocalPort, socket.Holder);
        }

        if (socket.Owner.IsKnown)
        {
            _settings.LearnUser?.Invoke(socket.Owner.Uid);
        }

        reader(socket);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _programs.Dispose();
    }
}

/// <summary>Takes one socket of a snapshot.</summary>
internal delegate void ProgramSocketReader(in ProgramSocket socket);
