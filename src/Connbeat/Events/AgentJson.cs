namespace Connbeat.Events;

/// <summary>What the agent's own events tell: the objects <c>agent</c> and <c>gap</c>.</summary>
internal static class AgentJson
{
    /// <summary>Writes the object <c>agent</c>, unless nothing is known.</summary>
    public static void Write(this FieldWriter fields, RunFacts? run)
    {
        if (run is null || run == RunFacts.Nothing)
        {
            return;
        }

        fields.StartObject(FieldNames.Agent);
        fields.Number(FieldNames.LastSequence, run.LastSequence);
        fields.Boolean(FieldNames.PreviousClean, run.PreviousClean);
        fields.Number(FieldNames.PreviousLastSequence, run.PreviousLastSequence);
        fields.Text(FieldNames.PreviousRun, run.PreviousRun);
        fields.EndObject();
    }

    /// <summary>Writes the object <c>gap</c>, unless there is none.</summary>
    public static void Write(this FieldWriter fields, GapFacts? gap)
    {
        if (gap is null)
        {
            return;
        }

        fields.StartObject(FieldNames.Gap);
        fields.Number(FieldNames.Count, gap.Count);
        fields.Time(FieldNames.From, gap.From);
        fields.Text(FieldNames.Output, gap.Output);
        fields.Text(FieldNames.Reason, gap.Reason);
        fields.Text(FieldNames.Stage, gap.Stage);
        fields.Time(FieldNames.To, gap.To);
        fields.EndObject();
    }
}
