namespace Connbeat.Delivery;

/// <summary>An output that can ask its far ends whether they answer, without sending them an event.</summary>
internal interface IProbedOutput : IOutput
{
    /// <summary>Asks each of them, at once, and waits no longer than that for its answer.</summary>
    Task<IReadOnlyList<FarEnd>> ProbeAsync(TimeSpan patience);
}

/// <summary>What came of asking one far end.</summary>
/// <param name="Answers">True: it would take events, as far as can be told without sending one.</param>
/// <param name="Says">Where it is and what it said, in words that hold no secret.</param>
internal sealed record FarEnd(bool Answers, string Says);
