namespace Connbeat.Config;

/// <summary>A configuration that can be used, and what its user should know of it.</summary>
/// <param name="Options">Every setting, or its default.</param>
/// <param name="Warnings">One line each, by file and line, ready to be logged.</param>
/// <param name="Settings">The same settings by their names, as text.</param>
/// <param name="Files">What was read, later over earlier; empty where there was none and the defaults hold.</param>
internal sealed record LoadedConfig(
    AgentOptions Options,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<EffectiveSetting> Settings,
    IReadOnlyList<string> Files);
