namespace Connbeat.Config;

/// <summary>Finds and reads configuration files, and says when others than their owner can write them.</summary>
internal static class ConfigFile
{
    /// <summary>Where connbeat looks when no file is named, in this order.</summary>
    public static readonly IReadOnlyList<string> Places = ["connbeat.yml", "/etc/connbeat/connbeat.yml"];

    /// <summary>The files that were named, else the first place where there is one, else none.</summary>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> named, IReadOnlyList<string> places) =>
        named.Count > 0 ? named : [.. places.Where(File.Exists).Take(1)];

    /// <summary>
    /// Reads a file into settings; null, and a fault, where it can't be. Permissions that are too wide are a warning,
    /// or a fault where they are to be strict.
    /// </summary>
    public static ConfigMap? Read(string file, bool strictPermissions, ConfigReading reading)
    {
        SmallFile content = SmallFile.Read(file);
        if (content.Text is null)
        {
            string step = content.Problem is SmallFile.Missing ? "stat" : "read";
            reading.Fault(origin: null, $"error loading config file: {step} {file}: {content.Problem}");
            return null;
        }

        CheckPermissions(file, content.Mode, strictPermissions, reading);
        return YamlTree.ReadFile(file, content.Text, reading.Faults);
    }

    /// <summary>Only the mode is looked at: the BCL does not tell the owner of a file.</summary>
    private static void CheckPermissions(string file, UnixFileMode mode, bool strict, ConfigReading reading)
    {
        if ((mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) is UnixFileMode.None)
        {
            return;
        }

        string message = $"config file (\"{file}\") can only be writable by the owner but the permissions are " +
            $"\"{Letters(mode)}\" (to fix the permissions use: 'chmod go-w {file}')";
        if (strict)
        {
            reading.Fault(origin: null, $"error loading config file: {message}");
        }
        else
        {
            reading.Warn(origin: null, message);
        }
    }

    /// <summary>As <c>ls -l</c> writes a mode: <c>-rw-rw-rw-</c>.</summary>
    private static string Letters(UnixFileMode mode) => string.Create(10, mode, static (letters, mode) =>
    {
        const string All = "rwxrwxrwx";
        letters[0] = '-';
        for (int i = 0; i < All.Length; i++)
        {
            letters[i + 1] = ((int)mode & (1 << (All.Length - 1 - i))) != 0 ? All[i] : '-';
        }
    });
}
