using Connbeat.Capture;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging;

namespace Connbeat.KernelTests.Agents;

/// <summary>An engine at work in a lab's namespace, and the stages that make events of what it sees, without owners.</summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    private readonly AgentLog _log = new();
    private readonly PollingCapture _capture;
    private readonly BareStages _stages;

    /// <summary>Sets an engine to work.</summary>
    public EngineUnderTest(NetworkNamespaceLab lab, Func<CaptureHappenings, ICaptureEngine> engine)
    {
        CaptureHappenings happened = new(_log.CreateLogger<CaptureHappenings>());
        CaptureStart start = new(WatchedAgent.Options().Capture, ProcNetFiles.None, BootTime.Clock, happened);
        _capture = lab.Run(() => new PollingCapture(engine(happened), start.Settings, BootTime.Clock, happened));
        _stages = new BareStages(lab, _capture, _log);
    }

    /// <summary>All events so far, in the order of their lines.</summary>
    public IReadOnlyList<string> Lines => [.. _stages.Output.Events.Select(seen => seen.Line).Order(StringComparer.Ordinal)];

    /// <summary>Waits for the look that it takes by itself, after which it takes none unasked.</summary>
    public Task StartedAsync() => _log.SnapshotAsync();

    /// <summary>Has it look once. When this returns, it has looked, but what it saw may be on its way still.</summary>
    public async Task LookAsync()
    {
        _capture.SnapshotNow();
        await _log.SnapshotAsync();
    }

    /// <summary>Has it look again and again, until so many events of an action were told.</summary>
    public Task SeesAsync(int count, string action) => _stages.Output.WaitAsync(
        $"{count} {action}", events => events.Count(seen => seen.Action == action) == count, nudge: LookAsync);

    /// <summary>Waits until so many events of an action were told.</summary>
    public Task ToldAsync(int count, string action) =>
        _stages.Output.WaitAsync($"{count} {action}", events => events.Count(seen => seen.Action == action) == count);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stages.DisposeAsync();
        _log.Dispose();
    }
}
