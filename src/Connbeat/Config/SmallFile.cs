using System.Text;

namespace Connbeat.Config;

/// <summary>A file that a person wrote, read whole: short, UTF-8. Or why it can't be read, in few words.</summary>
/// <param name="Text">What it says, without a byte order mark; null where <paramref name="Problem"/> says why.</param>
/// <param name="Problem">Such as <c>permission denied</c>; null where it was read.</param>
/// <param name="Mode">Permission bits of the very file that was read.</param>
internal sealed record SmallFile(string? Text, string? Problem, UnixFileMode Mode)
{
    /// <summary>What <see cref="Problem"/> says of a file that is not there.</summary>
    public const string Missing = "no such file or directory";

    private const int LargestSize = 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a file, or a pipe such as a shell's <c>&lt;(…)</c>.</summary>
    public static SmallFile Read(string path)
    {
        try
        {
            // By handle, so that the mode is that of the bytes read, whatever a link or a rename does meanwhile.
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using MemoryStream content = new();
            Span<byte> chunk = stackalloc byte[4096];
            while (content.Length <= LargestSize && file.Read(chunk) is > 0 and int read)
            {
                content.Write(chunk[..read]);
            }

            return content.Length > LargestSize
                ? Unread("larger than 1MiB")
                : Decode(content.ToArray()) with { Mode = File.GetUnixFileMode(file.SafeFileHandle) };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            return Unread(Missing);
        }
        catch (UnauthorizedAccessException)
        {
            return Unread(Directory.Exists(path) ? "is a directory" : "permission denied");
        }
        catch (IOException failure)
        {
            return Unread(failure.Message);
        }
    }

    private static SmallFile Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new SmallFile(Strict.GetString(bytes).TrimStart('\uFEFF'), Problem: null, UnixFileMode.None);
        }
        catch (DecoderFallbackException damage)
        {
            int line = bytes[..Math.Clamp(damage.Index, 0, bytes.Length)].Count((byte)'\n') + 1;
            return Unread($"not UTF-8 text in line {line}");
        }
    }

    private static SmallFile Unread(string problem) => new(Text: null, problem, UnixFileMode.None);
}
