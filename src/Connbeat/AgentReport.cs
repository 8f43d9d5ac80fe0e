using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Exporters;
using Connbeat.Telemetry;
using Connbeat.Tracking;

namespace Connbeat;

/// <summary>How an agent fares. For any thread.</summary>
/// <param name="source">The engine that captures.</param>
/// <param name="captured">What capture counts.</param>
/// <param name="stream">What was told.</param>
/// <param name="table">What is known.</param>
/// <param name="logs">Where events wait.</param>
/// <param name="deliveries">The outputs at work.</param>
/// <param name="ledgers">What became of the events.</param>
/// <param name="translated">What conntrack's translations come to; null where it is not asked.</param>
/// <param name="time">The clock.</param>
internal sealed class AgentReport(
    string source,
    CaptureHappenings captured,
    EventStream stream,
    ConnectionTable table,
    EventLogs logs,
    Deliveries deliveries,
    DeliveryLedger ledgers,
    ConntrackHappenings? translated,
    TimeProvider time)
{
    private readonly DateTimeOffset _started = time.GetUtcNow();
    private volatile bool _isCapturing;

    /// <summary>True from when capture is begun until it ends.</summary>
    public bool IsCapturing
    {
        set => _isCapturing = value;
    }

    /// <summary>What has been counted so far. Any thread.</summary>
    public AgentFigures Figures => new()
    {
        Version = Product.Version,
        Source = source,
        IsCapturing = Captures,
        Captured = stream.LastSequence,
        Attributed = [.. Enum.GetValues<Attribution>().Select(method => (method.Name(), stream.AttributedBy(method)))],
        Dropped = stream.Dropped,
        Sockets = table.Count,
        Snapshots = captured.Snapshots,
        SnapshotTime = captured.SnapshotTime,
        LastSnapshotTime = captured.LastSnapshotTime,
        Overruns = captured.Overruns,
        LostByKernel = captured.Lost,
        ForgottenTranslations = translated?.ForgottenTranslations,
        FlowsEvicted = captured.Evicted,
        DatagramsUncounted = captured.Uncounted,
        Outputs = [.. ledgers.Outputs.OrderBy(ledger => ledger.Output, StringComparer.Ordinal)],
        Oldest = [.. deliveries.Waiting.Select(waiting => (waiting.Output, AgeOf(waiting.Oldest)))],
        Logs = [.. logs.InUse.Select(form => (NameOf(form.Schema), form.Log.Depth.Events, form.Log.Depth.Bytes))],
        Started = _started.ToUnixTimeMilliseconds() / 1000.0,
    };

    /// <summary>Whether sockets are captured and every output takes events, and what is not so. Any thread.</summary>
    public (bool IsReady, string Words) Readiness
    {
        get
        {
            string[] down = [.. deliveries.Outputs.Select(ledgers.Of).Where(ledger => ledger.IsDown).Select(ledger => ledger.Output)];
            return !Captures ? (false, "capture does not work, or not yet")
                : down is [] ? (true, "ready")
                : (false, $"does not take events: {string.Join(", ", down.Order(StringComparer.Ordinal))}");
        }
    }

    private bool Captures => _isCapturing && captured.Snapshots > 0;

    private TimeSpan AgeOf(DateTimeOffset? oldest)
    {
        TimeSpan age = time.GetUtcNow() - (oldest ?? time.GetUtcNow());
        return age > TimeSpan.Zero ? age : TimeSpan.Zero; // the wall clock may have been set back
    }

    private static string NameOf(EventSchema schema) => AgentOptions.Schemas.First(known => known.Value == schema).Key;
}
