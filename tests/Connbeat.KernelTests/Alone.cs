namespace Connbeat.KernelTests;

/// <summary>For tests that count what the whole process has, or that need the machine: they run one at a time.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
