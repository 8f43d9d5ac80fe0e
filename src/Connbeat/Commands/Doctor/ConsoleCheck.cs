using Connbeat.Config;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>Does anybody take what the console prints?</summary>
internal static class ConsoleCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "output console";

    /// <summary>Judges: it is the standard output of a run that is started the same way.</summary>
    public static Finding Judge(ConsoleFacts facts)
    {
        if (!facts.IsEnabled)
        {
            return Finding.Ok(Name, "not enabled, as configured");
        }

        return facts.StandardOutput switch
        {
            null => Unwritable("standard output is closed"),
            { IsWritable: false } => Unwritable("standard output is not open for writing"),
            { Target: var target } => Finding.Ok(Name, $"standard output is {KindOf(target)}"),
        };
    }

    private static Finding Unwritable(string says) => new(Name, Status.Broken, says)
    {
        Costs = ["no event reaches anybody; connbeat stops at the first"],
        Mend = ["start it with a standard output: connbeat >events.ndjson"],
    };

    private static string KindOf(string target) => target switch
    {
        _ when target.StartsWith("pipe:", StringComparison.Ordinal) => "a pipe",
        _ when target.StartsWith("socket:", StringComparison.Ordinal) => "a socket",
        _ when target.StartsWith("/dev/pts/", StringComparison.Ordinal) => "a terminal",
        _ => target,
    };
}

/// <summary>What is known of the console.</summary>
/// <param name="IsEnabled">False: it is no output.</param>
/// <param name="StandardOutput">Null where it is closed.</param>
internal sealed record ConsoleFacts(bool IsEnabled, OpenDescriptor? StandardOutput)
{
    /// <summary>Gathers them.</summary>
    public static ConsoleFacts Read(ProcReader proc, OutputOptions options) =>
        new(options.Console is not null, OpenDescriptor.Read(proc, descriptor: 1));
}
