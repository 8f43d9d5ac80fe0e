using Connbeat.Events;

namespace Connbeat.Enrichment;

/// <summary>
/// Takes secrets out of what is read of processes and containers, before a fact is made of it: nothing later ever holds
/// them. To be used by several threads at once.
/// </summary>
internal sealed record SecretRemoval
{
    /// <summary>Takes out nothing.</summary>
    public static readonly SecretRemoval None = new();

    /// <summary>Of a command line: its arguments, with a NUL character after each. Null takes out nothing.</summary>
    public Func<string, string>? FromArguments { get; init; }

    /// <summary>Of a command line that was told: its arguments joined by spaces.</summary>
    public Func<string, string> FromLine { get; init; } = static line => line;

    /// <summary>Of a variable of an environment: <c>NAME=value</c>.</summary>
    public Func<string, string> FromVariable { get; init; } = static variable => variable;

    /// <summary>Of the value of a label, after its name.</summary>
    public Func<string, string, string> FromLabel { get; init; } = static (_, value) => value;

    /// <summary>A process that was told before, as it may be told now.</summary>
    public ProcessFacts Of(ProcessFacts told) => told with
    {
        CommandLine = FromLine(told.CommandLine),
        Arguments = [], // the next look at the process tells them
        Environment = told.Environment is { } variables ? [.. variables.Select(FromVariable)] : null,
    };

    /// <summary>A container as it may be told.</summary>
    public ContainerDetails Of(ContainerDetails details) => details with
    {
        Labels = details.Labels.ToDictionary(
            label => label.Key, label => FromLabel(label.Key, label.Value), StringComparer.Ordinal),
        Environment = [.. details.Environment.Select(FromVariable)],
    };
}
