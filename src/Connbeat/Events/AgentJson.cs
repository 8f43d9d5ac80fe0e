using System.Text.Json;

namespace Connbeat.Events;

/// <summary>What the agent's own events tell: the objects <c>agent</c> and <c>gap</c>.</summary>
internal static class AgentJson
{
    /// <summary>Writes the object <c>agent</c>, unless nothing is known.</summary>
    public static void Write(this Utf8JsonWriter json, RunFacts? run)
    {
        if (run is null || run == RunFacts.Nothing)
        {
            return;
        }

        json.WriteStartObject(FieldNames.Agent);
        json.Number(FieldNames.LastSequence, run.LastSequence);
        json.Boolean(FieldNames.PreviousClean, run.PreviousClean);
        json.Number(FieldNames.PreviousLastSequence, run.PreviousLastSequence);
        json.Text(FieldNames.PreviousRun, run.PreviousRun);
        json.WriteEndObject();
    }

    /// <summary>Writes the object <c>gap</c>, unless there is none.</summary>
    public static void Write(this Utf8JsonWriter json, GapFacts? gap)
    {
        if (gap is null)
        {
            return;
        }

        json.WriteStartObject(FieldNames.Gap);
        json.Number(FieldNames.Count, gap.Count);
        json.Time(FieldNames.From, gap.From);
        json.Text(FieldNames.Output, gap.Output);
        json.WriteString(FieldNames.Reason, gap.Reason);
        json.WriteString(FieldNames.Stage, gap.Stage);
        json.Time(FieldNames.To, gap.To);
        json.WriteEndObject();
    }
}
