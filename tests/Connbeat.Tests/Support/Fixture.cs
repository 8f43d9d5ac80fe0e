using System.Runtime.CompilerServices;

namespace Connbeat.Tests.Support;

/// <summary>Files under Fixtures, as captured from real kernels and programs.</summary>
internal static class Fixture
{
    /// <summary>The folder that holds them.</summary>
    public static string Folder { get; } = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "Fixtures");

    /// <summary>The bytes of a file of hexadecimal digits.</summary>
    public static byte[] Hex(string path) =>
        Convert.FromHexString(string.Concat(File.ReadAllText(Path.Combine(Folder, path)).Where(char.IsAsciiHexDigit)));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
