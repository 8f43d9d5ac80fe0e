namespace Connbeat.Tests.House;

public sealed class SourceFileTests
{
    [Fact]
    public void Comments_and_literals_are_no_code_and_lines_keep_their_numbers()
    {
        SourceFile file = new("src/Connbeat/Events/Sample.cs", """"
            /* unsafe
               unsafe */
            namespace Connbeat.Events; // unsafe
            internal sealed class Sample
            {
                private const string One = "unsafe \" // unsafe", Two = @"unsafe "" unsafe", Three = """
                    unsafe "" unsafe
                    """;
                private const char Quote = '"', Tick = '\'';
                private static unsafe void Here();
            }
            """");

        int[] lines = [.. file.Lines.Index().Where(line => line.Item.Contains("unsafe", StringComparison.Ordinal))
            .Select(line => line.Index + 1)];
        Assert.Equal([10], lines);
    }

    [Theory]
    [InlineData("internal static unsafe partial class LibC")]
    [InlineData("public readonly record struct LibC(int A)")]
    [InlineData("internal sealed class LibC<T> : Base<T>")]
    [InlineData("internal ref struct LibC(ReadOnlySpan<byte> rest)")]
    [InlineData("internal enum LibC : byte")]
    [InlineData("internal delegate void LibC(int a)")]
    public void A_type_is_found_however_it_is_declared(string declaration) =>
        Assert.Equal(
            ["LibC"], new SourceFile("LibC.cs", $"namespace A;\n\n{declaration}\n{{\n    class Inner;\n}}\n").Types);
}
