namespace Connbeat.Commands.Doctor;

/// <summary>Can the files be written that events are to go to?</summary>
internal static class FileOutputCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "output file";

    private const long SmallestSpace = 64 * 1024 * 1024;

    /// <summary>Judges.</summary>
    /// <param name="facts">The file that is written first.</param>
    public static Finding Judge(FileFacts facts)
    {
        if (facts.IsFolder)
        {
            return Broken($"{facts.Path} is a folder", "set output.file.filename to another name");
        }

        if (facts.FileRefusal is { } refusal)
        {
            return Broken($"{facts.Path} cannot be written: {refusal}", FileMend.Of(facts, "output.file.path"));
        }

        if (facts.FolderRefusal is { } folderRefusal)
        {
            return Broken(
                $"{facts.Path} cannot be made: {facts.ExistingFolder}: {folderRefusal}", FileMend.Of(facts, "output.file.path"));
        }

        return facts.FreeBytes < SmallestSpace
            ? new Finding(Name, Status.Degraded, $"{facts.Path}: only {facts.FreeBytes >> 20} MiB are free on the disk")
            {
                Costs = OutputCosts.WhileItDoesNotAnswer,
                Mend = [$"make room on the disk of {facts.ExistingFolder}"],
            }
            : Finding.Ok(Name, $"{facts.Path} can be {(facts.FileExists ? "written" : "made")}");
    }

    private static Finding Broken(string says, string mend) =>
        new(Name, Status.Broken, says) { Costs = OutputCosts.WhileItDoesNotAnswer, Mend = [mend] };
}
