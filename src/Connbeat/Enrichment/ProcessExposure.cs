namespace Connbeat.Enrichment;

/// <summary>How much of a process may be told beyond its name; what is not exposed is not even read.</summary>
internal sealed record ProcessExposure
{
    /// <summary>The command line.</summary>
    public bool CommandLine { get; init; } = true;

    /// <summary>The environment, as far as <see cref="Variables"/> goes.</summary>
    public bool Environment { get; init; }

    /// <summary>Names of the variables of the environment that are told; null tells all.</summary>
    public IReadOnlySet<string>? Variables { get; init; }

    /// <summary>What is not told even of what is exposed.</summary>
    public SecretsInForce Secrets { get; init; } = new(SecretRemoval.None);
}
