using Connbeat.Capture;
using Connbeat.Capture.Bpf;
using Connbeat.Enrichment;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;

namespace Connbeat.Benchmarks.Macro;

/// <summary>What a snapshot by eBPF does to know every socket of every network namespace and whose it is, and nothing else.</summary>
internal sealed class WatchedPrograms : IDisposable
{
    private readonly KernelPrograms _programs = KernelPrograms.Load(new ProgramSettings(), features: ProgramFeature.Snapshots);
    private readonly ObservationPool _pool = new();
    private readonly HeardProcesses _processes =
        new(new ProcessExposure(), new CgroupDirectory(), UserNames.OfSystem(BootTime.Clock), BootTime.Clock);

    /// <summary>How many sockets of the last poll have a known owner.</summary>
    public int Owned { get; private set; }

    /// <summary>Takes a snapshot, and finds what is known of each owner.</summary>
    public void Poll()
    {
        Owned = 0;
        long begin = BootTime.Clock.GetTimestamp();
        ObservationBatch part = _pool.Rent(BatchKind.Snapshot, begin);
        _programs.ReadSockets(row =>
        {
            if (part.IsFull)
            {
                part = Read(part, begin);
            }

            part.Add(RingReader.ObservationOf(ProgramSocket.ParseRow(row), begin));
        });
        Read(part, begin).Release();
    }

    /// <summary>Has the kernel write what it knows, and looks at none of it: the least that a poll can cost.</summary>
    public void Iterate() => _programs.ReadSockets(_ => { });

    /// <inheritdoc/>
    public void Dispose() => _programs.Dispose();

    private ObservationBatch Read(ObservationBatch part, long begin)
    {
        foreach (ref readonly SocketObservation socket in part.Sockets)
        {
            Owned += socket.Owner.IsKnown && _processes.Of(socket.Owner).Pid != 0 ? 1 : 0;
        }

        part.Release();
        return _pool.Rent(BatchKind.Snapshot, begin);
    }
}
