using Microsoft.Win32.SafeHandles;

namespace Connbeat.Config;

/// <summary>Who may own and write the files of the configuration: whoever does says what connbeat does with its rights.</summary>
internal sealed record FileTrust
{
    /// <summary>How strict to be. Default a warning.</summary>
    public PermissionCheck Check { get; init; } = PermissionCheck.Warn;

    /// <summary>The agent's user id; root may own the files beside that user.</summary>
    public uint User { get; init; }

    /// <summary>User id of the owner of an open file, or null. Default null, so that owners are not looked at.</summary>
    public Func<SafeFileHandle, uint?> OwnerOf { get; init; } = static _ => null;

    /// <summary>What speaks against a file, in the original's words.</summary>
    public IEnumerable<string> Doubts(string file, SmallFile content)
    {
        if (Check is PermissionCheck.None)
        {
            yield break;
        }

        if (content.Owner is { } owner && owner != 0 && owner != User)
        {
            yield return $"config file (\"{file}\") must be owned by the beat user (uid={User}) or root";
        }

        if ((content.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None)
        {
            yield return $"config file (\"{file}\") can only be writable by the owner but the permissions are " +
                $"\"{Letters(content.Mode)}\" (to fix the permissions use: 'chmod go-w {file}')";
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

/// <summary>What is done about a file that can't be trusted.</summary>
internal enum PermissionCheck
{
    /// <summary>Nothing; nobody looks.</summary>
    None,

    /// <summary>It is read, with a warning.</summary>
    Warn,

    /// <summary>It is refused.</summary>
    Refuse,
}
