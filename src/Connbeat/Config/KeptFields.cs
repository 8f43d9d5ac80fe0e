namespace Connbeat.Config;

/// <summary>
/// What processors leave in every event: which event it is, of which run, and what the agent tells of itself. Without
/// them nobody could tell an idle run from a lost tail, nor a data stream what to do with the event.
/// </summary>
internal static class KeptFields
{
    /// <summary>The names, of both schemas; what is in them is kept too.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "@timestamp", "type", "event.action", "event.created", "event.id", "event.sequence",
        "beat.ephemeral_id", "agent.ephemeral_id",
        "data_stream", "ecs", "event.category", "event.dataset", "event.kind", "event.module", "event.type",
        "gap", "agent.last_sequence", "agent.previous_clean", "agent.previous_last_sequence", "agent.previous_run",
        "connbeat.agent", "connbeat.gap",
    ];

    /// <summary>Those that dropping a field would take along.</summary>
    public static IEnumerable<string> In(string field) => Names.Where(kept => kept == field ||
        kept.StartsWith(field + ".", StringComparison.Ordinal) || field.StartsWith(kept + ".", StringComparison.Ordinal));
}
