using Connbeat.Config;
using Connbeat.Linux;

namespace Connbeat.Commands.Doctor;

/// <summary>What is examined: this program, with this configuration, as whoever runs it.</summary>
/// <param name="Options">The configuration.</param>
/// <param name="Program">The path of the executable.</param>
/// <param name="Environment">A variable's value; null where it is not set.</param>
/// <param name="Time">The clock.</param>
internal sealed record Patient(
    AgentOptions Options, string Program, Func<string, string?> Environment, TimeProvider Time)
{
    /// <summary>This process.</summary>
    public static Patient Here(AgentOptions options) => new(
        options, System.Environment.ProcessPath ?? "connbeat", System.Environment.GetEnvironmentVariable, BootTime.Clock);
}
