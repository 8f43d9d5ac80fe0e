using Connbeat.Telemetry;

namespace Connbeat.Exporters;

/// <summary>What the agent counts, at one moment.</summary>
internal sealed record AgentFigures
{
    /// <summary>The version of connbeat.</summary>
    public required string Version { get; init; }

    /// <summary>The engine that captures.</summary>
    public required string Source { get; init; }

    /// <summary>True from the first snapshot on, as long as the engine works.</summary>
    public required bool IsCapturing { get; init; }

    /// <summary>Events that were appended to the logs.</summary>
    public required long Captured { get; init; }

    /// <summary>Of those of sockets, how many had their owner found by each method, by its name.</summary>
    public required IReadOnlyList<(string Method, long Events)> Attributed { get; init; }

    /// <summary>Events that processors dropped.</summary>
    public required long Dropped { get; init; }

    /// <summary>Sockets that are known to be open.</summary>
    public required long Sockets { get; init; }

    /// <summary>Snapshots that were taken.</summary>
    public required long Snapshots { get; init; }

    /// <summary>How long they took, all together.</summary>
    public required TimeSpan SnapshotTime { get; init; }

    /// <summary>How long the last one took.</summary>
    public required TimeSpan LastSnapshotTime { get; init; }

    /// <summary>How often the kernel's buffer overran.</summary>
    public required long Overruns { get; init; }

    /// <summary>Changes that the kernel had no room for.</summary>
    public required long LostByKernel { get; init; }

    /// <summary>Flows of UDP that were ended to make room for others.</summary>
    public long FlowsEvicted { get; init; }

    /// <summary>Datagrams that are in no flow of UDP, for want of room.</summary>
    public long DatagramsUncounted { get; init; }

    /// <summary>Why, as a <c>gap</c> names it.</summary>
    public string OverrunReason => Source == "ebpf" ? "ring_overrun" : "receive_buffer_overrun";

    /// <summary>Translated flows that were forgotten to make room for newer ones; null where conntrack is not asked.</summary>
    public long? ForgottenTranslations { get; init; }

    /// <summary>What became of the events, by output.</summary>
    public required IReadOnlyList<OutputLedger> Outputs { get; init; }

    /// <summary>How old the oldest event is that waits for an output; zero where none waits.</summary>
    public required IReadOnlyList<(string Output, TimeSpan Age)> Oldest { get; init; }

    /// <summary>How much each log holds, by its schema.</summary>
    public required IReadOnlyList<(string Schema, long Events, long Bytes)> Logs { get; init; }

    /// <summary>When this run began, in seconds since 1970.</summary>
    public required double Started { get; init; }
}
