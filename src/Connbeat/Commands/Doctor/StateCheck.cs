namespace Connbeat.Commands.Doctor;

/// <summary>Can what is open be remembered over a restart?</summary>
internal static class StateCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "state file";

    private const long SmallestSpace = 16 * 1024 * 1024;

    private static readonly string[] Costs =
        ["openings and ends are paired within one run only: after a restart, what is open is told anew"];

    /// <summary>Judges.</summary>
    public static Finding Judge(FileFacts facts)
    {
        if (facts.Path.Length == 0)
        {
            return new Finding(Name, Status.Note, "none, as configured") { Costs = Costs };
        }

        if (facts.IsFolder)
        {
            return Degraded($"{facts.Path} is a folder", $"set connbeat.state: {facts.Path.TrimEnd('/')}/state");
        }

        if (facts.HolderPid is { } pid)
        {
            return new Finding(Name, Status.Note, $"{facts.Path} is in use by connbeat, process {pid}")
            {
                Costs = ["a second connbeat beside it pairs within its own run only"],
            };
        }

        if (facts.FileRefusal is { } refusal)
        {
            return Degraded($"{facts.Path} cannot be written: {refusal}", FileMend.Of(facts, "connbeat.state"));
        }

        if (facts.FolderRefusal is { } folderRefusal)
        {
            string what = facts.FileExists ? "replaced" : "made"; // written anew beside itself, it takes its own place
            return Degraded(
                $"{facts.Path} cannot be {what}: {facts.ExistingFolder}: {folderRefusal}", FileMend.Of(facts, "connbeat.state"));
        }

        string room = $"{facts.Path}: only {facts.FreeBytes >> 10} KiB are free on the disk";
        return facts.FreeBytes < SmallestSpace
            ? Degraded(room, $"make room on the disk of {facts.ExistingFolder}")
            : Finding.Ok(Name, facts.FileExists ? $"{facts.Path} can be written" : $"{facts.Path} can be made");
    }

    private static Finding Degraded(string says, string mend) =>
        new(Name, Status.Degraded, says) { Costs = Costs, Mend = [mend] };
}
