namespace Connbeat.Tests.House;

public sealed class HouseRulesTests
{
    [Theory]
    [InlineData("Connbeat/Capture/Reader.cs", "internal unsafe struct Reader;", ":3: unsafe code stands only")]
    [InlineData("Connbeat.Linux/Ring.cs", "class Ring { [LibraryImport(\"c\")] }", ":3: native functions are imported")]
    [InlineData("Connbeat/Capture/Ring.cs", "class Ring { string? name = LibC.UserName(33); }", ":3: LibC.UserName may wait for")]
    [InlineData("Connbeat/Tracking/Log.cs", "class Log(SockDiagSocket s);", ":3: tracking knows the kernel's values")]
    [InlineData("Connbeat/Delivery/Log.cs", "class Log(ConnectionEvent e);", ":3: delivery and outputs know")]
    [InlineData("Connbeat/Config/Yaml.cs", "record Json(int A);\nclass Yaml;", ":1: its first type is Json;")]
    public void A_wrong_line_is_found(string path, string code, string expected) =>
        AssertFound(path, $"namespace {NamespaceOf(path)};\n\n{code}\n", expected);

    [Theory]
    [InlineData("Connbeat.Linux/Wire.cs", "using Serilog;", ":1: Connbeat.Linux uses Serilog; ")]
    [InlineData("Connbeat.Linux/Wire.cs", "using Connbeat.Config;", ":1: Connbeat.Linux uses Connbeat.Config;")]
    [InlineData("Connbeat/Config/Yaml.cs", "global using Connbeat.Linux;", ":1: a global using hides an arrow")]
    public void A_wrong_directive_is_found(string path, string directive, string expected) =>
        AssertFound(
            path,
            $"{directive}\nnamespace {NamespaceOf(path)};\nclass {Path.GetFileNameWithoutExtension(path)};\n",
            expected);

    [Fact]
    public void A_namespace_that_is_not_its_folder_is_found() =>
        AssertFound("Connbeat/Config/Yaml.cs", "namespace Connbeat.Events;\nclass Yaml;\n", "says 'Connbeat.Config'");

    [Fact]
    public void A_file_with_a_second_idea_in_it_is_found() =>
        AssertFound(
            "Connbeat/Config/Yaml.cs",
            "namespace Connbeat.Config;\nclass Yaml;\n" + new string('\n', 399),
            ":401: 401 lines");

    [Theory]
    [InlineData("Connbeat.Linux/Wire.cs", "using System.Net;\nusing Microsoft.Win32.SafeHandles;")]
    [InlineData("Connbeat.Linux/LibC.Time.cs", "using static Connbeat.Linux.Wire;")]
    public void A_right_file_is_left_in_peace(string path, string directives)
    {
        string type = Path.GetFileName(path).Split('.')[0];

        Assert.Empty(HouseRules.Violations(new(
            "src/" + path,
            $"{directives}\n\nnamespace {NamespaceOf(path)};\n\ninternal static unsafe partial class {type};\n")));
    }

    private static void AssertFound(string path, string text, string expected)
    {
        string violation = Assert.Single(HouseRules.Violations(new("src/" + path, text)));

        Assert.StartsWith($"src/{path}:", violation, StringComparison.Ordinal);
        Assert.Contains(expected, violation, StringComparison.Ordinal);
    }

    private static string NamespaceOf(string path) => Path.GetDirectoryName(path)!.Replace('/', '.');
}
