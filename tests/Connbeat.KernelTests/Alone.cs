namespace Connbeat.KernelTests;

/// <summary>For tests of what the whole process has, or that need the machine: one at a time.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
