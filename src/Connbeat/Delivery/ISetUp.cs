namespace Connbeat.Delivery;

/// <summary>Makes at a far end what an output needs there before events come: a topic, a template.</summary>
internal interface ISetUp : IAsyncDisposable
{
    /// <summary>
    /// Makes what is missing, and changes nothing that is there as it should be: asked again, it makes nothing. What can't be
    /// made is told, not thrown.
    /// </summary>
    /// <param name="dryRun">True: makes nothing, and says what it would make.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    Task<IReadOnlyList<SetUpStep>> SetUpAsync(bool dryRun, CancellationToken cancellationToken);
}

/// <summary>One thing that an output needs, and what became of it.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Says">What it is, and where it failed why and what to do about it; holds no secret.</param>
internal sealed record SetUpStep(SetUpOutcome Outcome, string Says);

/// <summary>What became of something that an output needs.</summary>
internal enum SetUpOutcome
{
    /// <summary>It was there already.</summary>
    There,

    /// <summary>It was made, or changed.</summary>
    Made,

    /// <summary>It is not there, and would have been made.</summary>
    Missing,

    /// <summary>It is there, but not as it should be, and is left as it is.</summary>
    Differs,

    /// <summary>It can't be made beforehand, and may not have to be.</summary>
    Left,

    /// <summary>It could not be made.</summary>
    Failed,
}
