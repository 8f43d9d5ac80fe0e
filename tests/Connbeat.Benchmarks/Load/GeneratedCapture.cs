using System.Threading.Channels;
using Connbeat.Capture;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Benchmarks.Load;

/// <summary>
/// An engine that makes up connections as fast as they are taken: generations of them, each with ends, cookies, processes
/// and command lines of its own, seen once with their owners and then destroyed. So each is two events, and all stages
/// behind the kernel have their work.
/// </summary>
/// <param name="connections">How many in all.</param>
/// <param name="scans">Where their owners are told, as the process worker would.</param>
/// <param name="withhold">Takes secrets out of a command line, as the reader of processes would.</param>
/// <param name="mayGoOn">False to pause before the next generation.</param>
internal sealed class GeneratedCapture(
    long connections, ChannelWriter<ProcessScan> scans, Func<string, string> withhold, Func<bool> mayGoOn) : ICapture
{
    /// <summary>The network namespace of all sockets.</summary>
    public const uint Namespace = 4_026_531_840;

    private const int Generation = 4096, Processes = 64, EachHolds = Generation / Processes;
    private const int BatchesInFlight = 64;

    private static readonly InetAddress Here = InetAddress.Parse("192.0.2.17");

    private readonly ObservationPool _pool = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<ObservationBatch> _batches =
        Channel.CreateBounded<ObservationBatch>(new BoundedChannelOptions(BatchesInFlight) { SingleWriter = true });

    private Task _working = Task.CompletedTask;

    /// <inheritdoc/>
    public string Name => "generated";

    /// <inheritdoc/>
    public bool TellsOwners => false;

    /// <inheritdoc/>
    public bool TellsFlows => false;

    /// <inheritdoc/>
    public ChannelReader<ObservationBatch> Batches => _batches.Reader;

    /// <inheritdoc/>
    public void Start() => _working = Task.Factory.StartNew(
        Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public void SnapshotNow()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _working.Wait();
    }

    private void Work()
    {
        ulong cookie = 1;
        ProcessKey[] before = [];
        try
        {
            Snapshot(0, 0); // nothing is there at the start
            for (long made = 0; made < connections; made += Generation)
            {
                while (!mayGoOn())
                {
                    _stop.Token.WaitHandle.WaitOne(1);
                    _stop.Token.ThrowIfCancellationRequested();
                }

                before = TellOwners(cookie, before);
                Snapshot(cookie, Generation);
                Destroy(cookie);
                cookie += Generation;
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped as asked.
        }

        _batches.Writer.TryComplete();
    }

    private ProcessKey[] TellOwners(ulong cookie, ProcessKey[] before)
    {
        ProcessSighting[] sightings = new ProcessSighting[Processes];
        for (int process = 0; process < Processes; process++)
        {
            ulong first = cookie + (ulong)(process * EachHolds);
            int pid = 1000 + (int)(first % 4_000_000);
            sightings[process] = new ProcessSighting(
                new ProcessFacts
                {
                    Pid = pid,
                    StartTicks = first,
                    Name = "worker",
                    Executable = "/usr/lib/app/bin/worker",
                    CommandLine = withhold($"/usr/lib/app/bin/worker\0--id\0{first}\0--password\0hunter{first}\0--listen\00.0.0.0:8080\0"),
                    Uid = 1000,
                    User = "app",
                },
                [.. Enumerable.Range(0, EachHolds).Select(socket => InodeOf(first + (ulong)socket))]);
        }

        scans.TryWrite(new ProcessScan { Sightings = sightings, Gone = before });
        return [.. sightings.Select(sighting => new ProcessKey(sighting.Facts.Pid, sighting.Facts.StartTicks))];
    }

    private void Snapshot(ulong cookie, int count)
    {
        long begin = BootTime.Clock.GetTimestamp();
        ObservationBatch part = _pool.Rent(BatchKind.Snapshot, begin);
        for (int socket = 0; socket < count; socket++)
        {
            part = Room(part);
            part.Add(Namespace, begin, Socket(cookie + (ulong)socket, TcpState.Established));
        }

        part.IsLast = true;
        part.IsComplete = true;
        part.End = BootTime.Clock.GetTimestamp();
        Write(part);
    }

    private void Destroy(ulong cookie)
    {
        ObservationBatch batch = _pool.Rent(BatchKind.Changes, BootTime.Clock.GetTimestamp());
        for (int socket = 0; socket < Generation; socket++)
        {
            batch = Room(batch);
            batch.Add(Namespace, BootTime.Clock.GetTimestamp(), Socket(cookie + (ulong)socket, TcpState.Close));
        }

        Write(batch);
    }

    private ObservationBatch Room(ObservationBatch batch)
    {
        if (!batch.IsFull)
        {
            return batch;
        }

        (BatchKind kind, long begin) = (batch.Kind, batch.Begin);
        Write(batch);
        return _pool.Rent(kind, begin);
    }

    private void Write(ObservationBatch batch)
    {
        while (!_batches.Writer.TryWrite(batch))
        {
            _batches.Writer.WaitToWriteAsync(_stop.Token).AsTask().Wait(_stop.Token);
        }
    }

    private static SocketEntry Socket(ulong cookie, TcpState state) => new()
    {
        Transport = Transport.Tcp,
        State = state,
        Tuple = new InetTuple(Here, (ushort)(32_768 + (cookie % 28_000)), Remote(cookie), 443),
        Cookie = cookie,
        Inode = state is TcpState.Close ? 0 : InodeOf(cookie),
        Uid = 1000,
    };

    private static InetAddress Remote(ulong cookie) =>
        InetAddress.FromIPv4([10, (byte)(cookie >> 16), (byte)(cookie >> 8), (byte)cookie]);

    private static uint InodeOf(ulong cookie) => (uint)(1 + (cookie % 4_000_000_000));
}
