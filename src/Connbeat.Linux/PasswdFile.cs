using System.Buffers.Text;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux;

/// <summary>
/// The users that a host knows by itself: /etc/passwd; passwd(5). It is read again where it was changed or replaced. One
/// user at a time.
/// </summary>
/// <param name="path">Where it is.</param>
internal sealed class PasswdFile(string path = PasswdFile.System)
{
    /// <summary>Where it is on every Linux host.</summary>
    public const string System = "/etc/passwd";

    /// <summary>How many bytes of it are read; who stands behind them is not found.</summary>
    public const int Longest = 1 << 20;

    private readonly byte[] _path = Encoding.UTF8.GetBytes(path + '\0');
    private (FileStatus Status, DateTime Written) _read;
    private Dictionary<uint, string> _names = [];

    /// <summary>The name of a user; null where the file has none, or cannot be read.</summary>
    public string? NameOf(uint uid)
    {
        Refresh();
        return _names.GetValueOrDefault(uid);
    }

    /// <summary>
    /// Parses a file, as far as its lines are whole: <c>name:password:uid:gid:comment:home:shell</c>. Of several lines with
    /// one user id the first counts; what is no such line is skipped, as are those of NIS, which begin with + or -.
    /// </summary>
    public static Dictionary<uint, string> Parse(ReadOnlySpan<byte> content)
    {
        Dictionary<uint, string> names = [];
        while (TryCut(ref content, (byte)'\n', out ReadOnlySpan<byte> line))
        {
            if (TryParseLine(line, out uint uid, out ReadOnlySpan<byte> name))
            {
                names.TryAdd(uid, Encoding.UTF8.GetString(name));
            }
        }

        return names;
    }

    private static bool TryParseLine(ReadOnlySpan<byte> line, out uint uid, out ReadOnlySpan<byte> name)
    {
        uid = 0;
        return TryCut(ref line, (byte)':', out name) && !name.IsEmpty && name[0] is not ((byte)'+' or (byte)'-' or (byte)'#') &&
            TryCut(ref line, (byte)':', out _) &&
            TryCut(ref line, (byte)':', out ReadOnlySpan<byte> user) && TryParseId(user, out uid) &&
            TryCut(ref line, (byte)':', out ReadOnlySpan<byte> group) && TryParseId(group, out _);
    }

    /// <summary>Takes what stands before the next separator; false where there is none.</summary>
    private static bool TryCut(scoped ref ReadOnlySpan<byte> rest, byte separator, out ReadOnlySpan<byte> part)
    {
        int end = rest.IndexOf(separator);
        part = end < 0 ? default : rest[..end];
        rest = end < 0 ? rest : rest[(end + 1)..];
        return end >= 0;
    }

    private static bool TryParseId(ReadOnlySpan<byte> text, out uint id) =>
        Utf8Parser.TryParse(text, out id, out int consumed) && consumed == text.Length;

    private void Refresh()
    {
        try
        {
            (FileStatus Status, DateTime Written) now =
                (LibC.TryStatus(_path, out FileStatus status) == 0 ? status : default, File.GetLastWriteTimeUtc(path));
            if (now != _read)
            {
                _names = now.Status.IsRegular ? Parse(Read()) : [];
                _read = now; // taken first: what changes while it is read is seen the next time
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _names = [];
        }
    }

    /// <summary>The content, with a line feed behind its last line.</summary>
    private ReadOnlySpan<byte> Read()
    {
        using SafeFileHandle file = File.OpenHandle(path);
        byte[] content = new byte[Math.Min(RandomAccess.GetLength(file), Longest) + 1];
        int length = 0;
        while (length < content.Length - 1 &&
            RandomAccess.Read(file, content.AsSpan(length, content.Length - 1 - length), length) is > 0 and int count)
        {
            length += count;
        }

        if (length < Longest)
        {
            content[length++] = (byte)'\n';
        }

        return content.AsSpan(0, length);
    }
}
