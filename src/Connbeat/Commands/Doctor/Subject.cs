namespace Connbeat.Commands.Doctor;

/// <summary>Something to look at: what it is called, and how to look.</summary>
/// <param name="Name">Names the finding where the look itself comes to nothing.</param>
/// <param name="Look">Gathers the facts and judges them. It may block: it has a thread of its own.</param>
internal sealed record Subject(string Name, Func<IReadOnlyList<Finding>> Look)
{
    /// <summary>One that gives one finding.</summary>
    public Subject(string name, Func<Finding> look)
        : this(name, () => [look()])
    {
    }

    /// <summary>How long the look may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMilliseconds(800);
}
