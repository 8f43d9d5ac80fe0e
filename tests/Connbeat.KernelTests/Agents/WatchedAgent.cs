using Connbeat.Config;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux;

namespace Connbeat.KernelTests.Agents;

/// <summary>
/// The real agent, mostly at work in a lab's namespace. It takes a picture at its start and then when the test says so, which
/// makes a script of what is short-lived and what is not; the kernel's word on destroyed sockets comes by itself.
/// </summary>
internal sealed class WatchedAgent : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CollectingOutput _output = new();
    private readonly Agent _agent;
    private readonly Task<AgentEnd> _running;

    private WatchedAgent(NetworkNamespaceLab? lab, AgentOptions options)
    {
        // Its threads are made where it is made and where it is started, and have the rights of who does that.
        (_agent, _running) = lab is null ? Start() : lab.Run(Start);

        (Agent, Task<AgentEnd>) Start()
        {
            Agent agent = new(options, [_output.Plan], Log, BootTime.Clock);
            return (agent, agent.RunAsync(once: false, _stop.Token));
        }
    }

    /// <summary>What the agent says of itself.</summary>
    public AgentLog Log { get; } = new();

    /// <summary>All events so far.</summary>
    public IReadOnlyList<SeenEvent> Events => _output.Events;

    /// <summary>No reports, no wait that runs out, no picture unasked, one namespace, and no state file but the test's.</summary>
    public static AgentOptions Options(string state = "", CaptureSource source = CaptureSource.Netlink) => new()
    {
        Capture = new()
        {
            Source = source,
            PollInterval = TimeSpan.FromHours(1),
            Latency = TimeSpan.FromMilliseconds(5),
            Namespaces = NamespaceScope.Host,
            Filter = new() { IncludeSelf = true }, // the test's sockets are those of the process that the agent is in
        },
        Tracking = new() { Aggregation = TimeSpan.Zero, OwnerWait = TimeSpan.FromMinutes(1), State = state },
    };

    /// <summary>The same for an agent that watches every namespace of the machine.</summary>
    public static AgentOptions Everywhere()
    {
        AgentOptions options = Options();
        return options with { Capture = options.Capture with { Namespaces = NamespaceScope.All } };
    }

    /// <summary>Starts an agent, and waits for its first picture.</summary>
    /// <param name="lab">Where it starts; null for the namespace of the tests themselves.</param>
    /// <param name="options">Its configuration.</param>
    public static async Task<WatchedAgent> StartAsync(NetworkNamespaceLab? lab, AgentOptions? options = null)
    {
        WatchedAgent agent = new(lab, options ?? Options());
        await agent.Log.SnapshotAsync();
        await agent.SnapshotAsync();
        return agent;
    }

    /// <summary>
    /// Has the agent look at what there is. When this returns, it has looked since the call, and whatever happens later
    /// it hears of later.
    /// </summary>
    public async Task SnapshotAsync()
    {
        // The log tells of a picture just before it is passed on; so when it tells of a second, the first one was.
        await LookAsync();
        await LookAsync();
    }

    /// <summary>Has the agent look once. When this returns, it has looked, but what it saw may be on its way still.</summary>
    public async Task LookAsync()
    {
        _agent.SnapshotNow();
        await Log.SnapshotAsync();
    }

    /// <summary>
    /// Has the agent look, and look again, until it has told all of these lines: on a busy machine the kernel may do later
    /// what the test has asked for.
    /// </summary>
    public async Task SeesAsync(params string[] lines)
    {
        await SnapshotAsync();
        await _output.WaitAsync(Listed(lines), events => AreTold(lines, events), nudge: SnapshotAsync);
    }

    /// <summary>Waits until it has told all of these lines.</summary>
    public Task ToldAsync(params string[] lines) => ToldAsync(Listed(lines), events => AreTold(lines, events));

    /// <summary>Waits until what it has told is enough.</summary>
    public Task ToldAsync(string wanted, Func<IReadOnlyList<SeenEvent>, bool> areEnough) =>
        _output.WaitAsync(wanted, areEnough);

    /// <summary>Stops it as SIGTERM does.</summary>
    /// <returns>All that it told.</returns>
    public async Task<Story> StopAsync()
    {
        await _stop.CancelAsync();
        Assert.Equal(AgentEnd.StoppedAsAsked, await _running);
        return Story.Of(_output.Events);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _agent.DisposeAsync();
        await Task.Yield(); // away from the agent's last thread, which lives in the lab and maybe without rights
        _stop.Dispose();
    }

    private static string Listed(string[] lines) => string.Join("\n  ", lines);

    private static bool AreTold(string[] lines, IReadOnlyList<SeenEvent> events)
    {
        List<string> missing = [.. lines];
        foreach (SeenEvent seen in events)
        {
            missing.Remove(seen.Line);
        }

        return missing.Count == 0;
    }
}
