using System.Text;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>Where the file of the program lends rights, may anybody start it?</summary>
internal static class ExecutableCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "executable";

    /// <summary>Judges it; null where the file lends nothing, and there is nothing to tell.</summary>
    public static Finding? Judge(ExecutableFacts facts)
    {
        if (!facts.LendsRights)
        {
            return null;
        }

        return facts.IsForAnybody
            ? new Finding(Name, Status.Degraded, "lends its rights, by setcap, to anybody who starts it")
            {
                Costs = ["any user of this host runs code of his own with them: .NET loads the library that CORECLR_PROFILER_PATH names"],
                Mend = [Grant.ToFile(facts.Program, facts.Group, facts.All)],
            }
            : Finding.Ok(Name, "lends its rights, by setcap, to its owner and its group: let nobody be in it whom you would not trust with root");
    }
}

/// <summary>What the file of the program lends, and to whom.</summary>
internal sealed record ExecutableFacts
{
    /// <summary>Its path.</summary>
    public required string Program { get; init; }

    /// <summary>True where it has capabilities.</summary>
    public required bool LendsRights { get; init; }

    /// <summary>True where others than its owner and group may start it.</summary>
    public required bool IsForAnybody { get; init; }

    /// <summary>The group of who runs it now.</summary>
    public required uint Group { get; init; }

    /// <summary>What it is to be given.</summary>
    public required Capability All { get; init; }

    /// <summary>Gathers them.</summary>
    public static ExecutableFacts Read(ThreadRights who, Patient patient) => new()
    {
        Program = patient.Program,
        LendsRights = LibC.HasAttribute(Encoding.UTF8.GetBytes(patient.Program + '\0'), "security.capability\0"u8),
        IsForAnybody = File.Exists(patient.Program) &&
            (File.GetUnixFileMode(patient.Program) & UnixFileMode.OtherExecute) != UnixFileMode.None,
        Group = who.Group,
        All = Grant.For(patient.Options.Capture),
    };
}
