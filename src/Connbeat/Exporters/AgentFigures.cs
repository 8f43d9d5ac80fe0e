using Connbeat.Telemetry;

namespace Connbeat.Exporters;

/// <summary>What the agent counts, at one moment.</summary>
internal sealed record AgentFigures
{
    /// <summary>The version of connbeat.</summary>
    public required string Version { get; init; }

    /// <summary>The engine that captures.</summary>
    public required string Source { get; init; }

    /// <summary>True from the first whole snapshot on, as long as the engine works.</summary>
    public required bool IsCapturing { get; init; }

    /// <summary>Events that were appended to the logs.</summary>
    public required long Captured { get; init; }

    /// <summary>Events that processors dropped.</summary>
    public required long Dropped { get; init; }

    /// <summary>Sockets that are known to be open.</summary>
    public required long Sockets { get; init; }

    /// <summary>Snapshots that were taken.</summary>
    public required long Snapshots { get; init; }

    /// <summary>How often the kernel's buffer overran.</summary>
    public required long Overruns { get; init; }

    /// <summary>Changes that the kernel had no room for.</summary>
    public required long LostByKernel { get; init; }

    /// <summary>What became of the events, by output.</summary>
    public required IReadOnlyList<OutputLedger> Outputs { get; init; }

    /// <summary>When this run began, in seconds since 1970.</summary>
    public required double Started { get; init; }
}
