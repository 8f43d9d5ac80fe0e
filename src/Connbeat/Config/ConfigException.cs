namespace Connbeat.Config;

/// <summary>The configuration can't be used. Tells every fault at once, one per line.</summary>
internal sealed class ConfigException(IReadOnlyList<ConfigFault> faults)
    : Exception(string.Join('\n', faults))
{
    /// <summary>At least one, by file and line.</summary>
    public IReadOnlyList<ConfigFault> Faults { get; } = faults;
}
