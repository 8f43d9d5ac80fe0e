namespace Connbeat.Commands.Doctor;

/// <summary>What lets a file be written that cannot be.</summary>
internal static class FileMend
{
    /// <summary>
    /// A folder of connbeat's own is made, or given to its user; other folders are left to whom they belong, and another
    /// path is needed.
    /// </summary>
    /// <param name="facts">The file.</param>
    /// <param name="setting">What names it in connbeat.yml.</param>
    public static string Of(FileFacts facts, string setting)
    {
        string folder = facts.Folder;
        string user = ShellWord.Of(facts.User);
        if (facts.IsReadOnly)
        {
            return $"mount something that can be written at {folder} (Docker: -v connbeat-{setting.Split('.')[1]}:{folder})";
        }

        if (!facts.FolderExists)
        {
            return $"sudo install -d -m 700 -o {user} {ShellWord.Of(folder)}";
        }

        return Path.GetFileName(folder) == "connbeat"
            ? $"sudo chown -R {user} {ShellWord.Of(folder)}"
            : $"set {setting} to a path that {facts.User} may write";
    }
}
