using System.Runtime.CompilerServices;

namespace Connbeat.Tests.Support;

/// <summary>Files that tests compare with, read from where they lie in the source tree.</summary>
internal static class Fixture
{
    /// <summary>Where a file in Fixtures lies.</summary>
    public static string At(string path) => Path.Combine(Folder(), path);

    /// <summary>The lines of a file in Fixtures.</summary>
    public static string[] Lines(string path) => File.ReadAllLines(At(path));

    /// <summary>The files of a folder in Fixtures, as <see cref="Lines"/> takes them.</summary>
    public static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Folder(), folder)).Order(StringComparer.Ordinal)
            .Select(file => Path.GetRelativePath(Folder(), file));

    /// <summary>The bytes of a file of hexadecimal digits in Fixtures.</summary>
    public static byte[] Hex(string path) =>
        Convert.FromHexString(string.Concat(File.ReadAllText(Path.Combine(Folder(), path)).Where(char.IsAsciiHexDigit)));

    private static string Folder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "Fixtures");
}
