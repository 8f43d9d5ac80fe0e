using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Exporters;
using Connbeat.Telemetry;

namespace Connbeat;

/// <summary>What the agent can say of itself while it runs.</summary>
internal sealed partial class Agent
{
    /// <summary>What has been counted so far. Any thread.</summary>
    public AgentFigures Figures => new()
    {
        Version = Product.Version,
        Source = _capture.Name,
        IsCapturing = IsCapturing,
        Captured = _stream.LastSequence,
        Attributed = [.. Enum.GetValues<Attribution>().Select(method => (method.Name(), _stream.AttributedBy(method)))],
        Dropped = _stream.Dropped,
        Sockets = _table.Count,
        Snapshots = _captured.Snapshots,
        SnapshotTime = _captured.SnapshotTime,
        LastSnapshotTime = _captured.LastSnapshotTime,
        Overruns = _captured.Overruns,
        LostByKernel = _captured.Lost,
        Outputs = [.. _delivery.Ledger.Outputs.OrderBy(ledger => ledger.Output, StringComparer.Ordinal)],
        Oldest = [.. _deliveries.Waiting.Select(waiting => (waiting.Output, AgeOf(waiting.Oldest)))],
        Logs = [.. _logs.InUse.Select(form => (NameOf(form.Schema), form.Log.Depth.Events, form.Log.Depth.Bytes))],
        Started = _started.ToUnixTimeMilliseconds() / 1000.0,
    };

    /// <summary>Whether sockets are captured and every output takes events, and what is not so. Any thread.</summary>
    public (bool IsReady, string Words) Readiness
    {
        get
        {
            string[] down = [.. _deliveries.Outputs.Select(_delivery.Ledger.Of).Where(ledger => ledger.IsDown).Select(ledger => ledger.Output)];
            return !IsCapturing ? (false, "capture does not work, or not yet")
                : down is [] ? (true, "ready")
                : (false, $"does not take events: {string.Join(", ", down.Order(StringComparer.Ordinal))}");
        }
    }

    private bool IsCapturing => _isCapturing && _captured.Snapshots > 0;

    private TimeSpan AgeOf(DateTimeOffset? oldest)
    {
        TimeSpan age = _time.GetUtcNow() - (oldest ?? _time.GetUtcNow());
        return age > TimeSpan.Zero ? age : TimeSpan.Zero; // the wall clock may have been set back
    }

    private static string NameOf(EventSchema schema) => AgentOptions.Schemas.First(known => known.Value == schema).Key;
}
