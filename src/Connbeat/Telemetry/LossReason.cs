namespace Connbeat.Telemetry;

/// <summary>Why an output never got an event. The names that people see are those of <see cref="LossReasonNames"/>.</summary>
internal enum LossReason
{
    /// <summary>The log was full before the output had read the event.</summary>
    QueueFull,

    /// <summary>Every attempt that <c>max_retries</c> allows has failed.</summary>
    MaxRetries,

    /// <summary>The far end will never take the event.</summary>
    Rejected,

    /// <summary>The agent stopped before the event was delivered.</summary>
    Shutdown,

    /// <summary>The reader of the output has gone for good.</summary>
    OutputClosed,

    /// <summary>The output was taken out of the configuration while events waited for it.</summary>
    OutputRemoved,

    /// <summary>The event was in the log on disk, and can't be read any more.</summary>
    SpoolDamaged,
}

/// <summary>The names of loss reasons, as the value of <c>gap.reason</c> and in metrics.</summary>
internal static class LossReasonNames
{
    private static readonly string[] Names =
    [
        "queue_full", "max_retries", "rejected", "shutdown", "output_closed", "output_removed", "spool_damaged",
    ];

    /// <summary>How many reasons there are; every reason is below it.</summary>
    public static int Count => Names.Length;

    /// <summary>The name in events, metrics and logs.</summary>
    public static string Name(this LossReason reason) => Names[(int)reason];
}
