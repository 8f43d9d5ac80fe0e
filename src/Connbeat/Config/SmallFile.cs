using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Config;

/// <summary>A file that a person wrote, read whole: short, UTF-8. Or why it can't be read, in few words.</summary>
/// <param name="Text">What it says, without a byte order mark; null where <paramref name="Problem"/> says why.</param>
/// <param name="Problem">Such as <c>permission denied</c>; null where it was read.</param>
/// <param name="Mode">Permission bits of the very file that was read.</param>
/// <param name="Owner">User id of its owner; null where nobody was asked for it, or it is not told.</param>
internal sealed record SmallFile(string? Text, string? Problem, UnixFileMode Mode, uint? Owner = null)
{
    /// <summary>What <see cref="Problem"/> says of a file that is not there.</summary>
    public const string Missing = "no such file or directory";

    private const int LargestSize = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a file, or a pipe such as a shell's <c>&lt;(…)</c>.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="ownerOf">Tells the owner of an open file.</param>
    /// <param name="patience">How long a pipe may keep quiet; 10 s unless told.</param>
    public static SmallFile Read(
        string path, Func<SafeFileHandle, uint?>? ownerOf = null, TimeSpan? patience = null)
    {
        // To open a pipe that nobody writes to takes for ever, and can't be called off.
        Task<SmallFile> reading = Task.Run(() => ReadNow(path, ownerOf));
        TimeSpan longest = patience ?? Patience;
        return reading.Wait(longest)
            ? reading.Result
            : Unread($"nothing more came within {Duration.Format(longest)}; is it a pipe that nobody writes to?");
    }

    private static SmallFile ReadNow(string path, Func<SafeFileHandle, uint?>? ownerOf)
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
                : Decode(content.ToArray()) with
                {
                    Mode = File.GetUnixFileMode(file.SafeFileHandle),
                    Owner = ownerOf?.Invoke(file.SafeFileHandle),
                };
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
