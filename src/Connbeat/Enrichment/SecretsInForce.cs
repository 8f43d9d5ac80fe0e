namespace Connbeat.Enrichment;

/// <summary>
/// What is withheld now. A reload replaces it while the worker, the engine's tasks and the loop go on; what was found
/// says by which it was found, so that the loop can tell what is out of date.
/// </summary>
internal sealed class SecretsInForce(SecretRemoval first)
{
    private volatile SecretRemoval _now = first;

    /// <summary>What is withheld; any thread.</summary>
    public SecretRemoval Now
    {
        get => _now;
        set => _now = value;
    }
}
