namespace Connbeat.Commands.Doctor;

/// <summary>What a check has found: how it stands, what that costs, and what to type.</summary>
/// <param name="Name">What was looked at; the same in every run.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Says">What is there, in few words.</param>
internal sealed record Finding(string Name, Status Status, string Says)
{
    /// <summary>What is lost by it, a sentence each; empty where nothing is.</summary>
    public IReadOnlyList<string> Costs { get; init; } = [];

    /// <summary>Commands that mend it, or in words what does; empty where nothing has to be.</summary>
    public IReadOnlyList<string> Mend { get; init; } = [];

    /// <summary>All is as it should be.</summary>
    public static Finding Ok(string name, string says) => new(name, Status.Ok, says);

    /// <summary>The same for the shell of root, which needs no sudo, and may not have it.</summary>
    public Finding ForRoot()
    {
        const string Sudo = "sudo ";

        return this with
        {
            Mend = [.. Mend.Select(command => command.Replace(Sudo, "", StringComparison.Ordinal))],
        };
    }
}

/// <summary>How something stands, the worst last.</summary>
internal enum Status
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, and nothing that is asked for is lost; it could be better.</summary>
    Note,

    /// <summary>It works, and something is lost by it.</summary>
    Degraded,

    /// <summary>connbeat could not start, or something that the configuration asks for is not there at all.</summary>
    Broken,
}
