using System.Threading.Channels;
using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Telemetry;
using Connbeat.Tests.Linux.Namespaces;
using Connbeat.Tests.Support;
using Connbeat.Tests.Tracking;

namespace Connbeat.Tests.Capture;

/// <summary>
/// The polling engine on namespaces that a test furnishes, and on a clock that it moves. While that stands still a poll
/// follows at once on the other, but the budgets earn nothing: at the start they hold 250 ms for snapshots and 100 ms
/// for the census.
/// </summary>
internal sealed class PolledNamespaces : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);

    private readonly CollectingLogger<CaptureHappenings> _log = new();
    private readonly AskedTime _clock;

    public PolledNamespaces()
    {
        _clock = new AskedTime(Time);
        Tree.Process(1, Entries.Namespace);
        Happened = new CaptureHappenings(_log);
    }

    public NamespaceTree Tree { get; } = new();

    public ScriptedEngine Engine { get; } = new();

    public ManualTime Time { get; } = new();

    public CaptureHappenings Happened { get; }

    /// <summary>What was logged, but for what is only for debugging.</summary>
    public IEnumerable<string> Lines => _log.Lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal));

    /// <summary>The engine at work, once it is started.</summary>
    public PollingCapture Capture { get; private set; } = null!;

    /// <summary>Starts it.</summary>
    /// <param name="onDemand">True: but for the first, polls come only when they are asked for.</param>
    /// <param name="filter">What is not to be told.</param>
    /// <param name="census">Finds the namespaces; null for those of <see cref="Tree"/>.</param>
    /// <param name="watchOwn">False: not the agent's own.</param>
    public PolledNamespaces Start(
        bool onDemand = false, FilterOptions? filter = null, NamespaceCensus? census = null, bool watchOwn = true)
    {
        CaptureSettings settings = new()
        {
            PollInterval = onDemand ? TimeSpan.FromHours(1) : AtOnce,
            Transports = [Transport.Tcp, Transport.Udp],
            OwnNamespace = Entries.Namespace,
            WatchOwn = watchOwn,
            Census = census ?? Tree.Census(),
            Filter = new ObservationFilter(new CaptureFilter(filter ?? new FilterOptions()), own: null),
        };
        Capture = new PollingCapture(Engine, settings, _clock, Happened, () => Engine.CpuTime);
        Capture.Start();
        return this;
    }

    /// <summary>The next batch, as soon as there is one.</summary>
    public async Task<ObservationBatch> NextBatchAsync() =>
        await Capture.Batches.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>The next snapshot, whole, as soon as there is one.</summary>
    public async Task<TakenSnapshot> NextAsync()
    {
        List<SocketObservation> sockets = [];
        IReadOnlyList<NamespaceSighting>? namespaces = null;
        while (true)
        {
            ObservationBatch batch = await NextBatchAsync();
            sockets.AddRange(batch.Sockets);
            if (batch.Kind is BatchKind.Namespaces)
            {
                namespaces = batch.Namespaces;
            }

            if (batch.IsLast)
            {
                TakenSnapshot taken = new(sockets, batch.IsComplete, [.. batch.Unseen.Order()], namespaces);
                batch.Release();
                return taken;
            }

            batch.Release();
        }
    }

    /// <summary>Lets polls begin and end, and forgets what they showed.</summary>
    public async Task LetPollsPassAsync()
    {
        const int Enough = 50; // one that does nothing asks four times what time it is

        Channel<bool> asked = _clock.Listen();
        for (int question = 0; question < Enough; question++)
        {
            await asked.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        }

        while (Capture.Batches.TryRead(out ObservationBatch? batch))
        {
            batch.Release();
        }
    }

    /// <summary>Stops the engine.</summary>
    public Task StopAsync() => Task.Run(Capture.Dispose).WaitAsync(Patience);

    /// <summary>Ends when the engine has, as it has.</summary>
    public Task EndAsync() => Capture.Batches.Completion.WaitAsync(Patience);

    /// <summary>Does not wait for the engine: its thread that listens looks but four times a second whether it is to end.</summary>
    public void Dispose()
    {
        _ = Task.Run(Capture.Dispose);
        Tree.Dispose();
    }

    /// <summary>Tells that somebody asks what time it is.</summary>
    private sealed class AskedTime(TimeProvider time) : TimeProvider
    {
        private volatile Channel<bool> _asked = Channel.CreateUnbounded<bool>();

        public override long TimestampFrequency => time.TimestampFrequency;

        /// <summary>Says so from now on, once for each time.</summary>
        public Channel<bool> Listen() => _asked = Channel.CreateUnbounded<bool>();

        public override long GetTimestamp()
        {
            _asked.Writer.TryWrite(true);
            return time.GetTimestamp();
        }
    }
}

/// <summary>What a snapshot told.</summary>
/// <param name="Sockets">All that it showed.</param>
/// <param name="IsComplete">Whether the agent's own namespace was looked at.</param>
/// <param name="Unseen">The namespaces that were not, sorted.</param>
/// <param name="Namespaces">Those that are watched, where that was told before it.</param>
internal sealed record TakenSnapshot(
    IReadOnlyList<SocketObservation> Sockets,
    bool IsComplete,
    uint[] Unseen,
    IReadOnlyList<NamespaceSighting>? Namespaces)
{
    /// <summary>The cookies of the sockets, sorted.</summary>
    public IEnumerable<ulong> Cookies => Sockets.Select(socket => socket.Entry.Cookie).Order();
}
