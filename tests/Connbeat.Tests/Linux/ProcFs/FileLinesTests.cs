using Connbeat.Linux.ProcFs;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class FileLinesTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly FileLines _lines = new();

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("one", new[] { "one" })]
    [InlineData("one\n", new[] { "one" })]
    [InlineData("one\ntwo", new[] { "one", "two" })]
    [InlineData("\n\none\n\n", new[] { "", "", "one", "" })]
    public void A_line_ends_in_a_line_feed_or_with_the_file(string content, string[] expected) =>
        Assert.Equal(expected, Read(content));

    [Fact]
    public void Lines_that_cross_the_end_of_the_buffer_are_whole()
    {
        string[] lines = [.. Enumerable.Range(0, 5000).Select(line => $"{line} {new string('x', line % 149)}")];

        Assert.Equal(lines, Read(string.Join('\n', lines)));
    }

    [Theory]
    [InlineData(FileLines.Longest - 1, true)]
    [InlineData(FileLines.Longest, false)]
    [InlineData(FileLines.Longest + 1, false)]
    [InlineData((3 * FileLines.Longest) - 1, false)]
    [InlineData(3 * FileLines.Longest, false)]
    [InlineData((3 * FileLines.Longest) + 1, false)]
    public void Only_a_line_that_the_buffer_cannot_hold_is_passed_over(int length, bool isTold)
    {
        string line = new('x', length);

        Assert.Equal(isTold ? ["before", line, "after"] : ["before", "after"], Read($"before\n{line}\nafter\n"));
        Assert.Equal(isTold ? 0 : 1, _lines.PassedOver);
        Assert.Equal(isTold ? ["before", line] : ["before"], Read($"before\n{line}"));
        Assert.Equal(isTold ? 0 : 1, _lines.PassedOver);
    }

    [Fact]
    public void A_walk_that_was_broken_off_leaves_nothing_behind()
    {
        File.WriteAllText(_path, "one\ntwo\nthree");
        using (SafeFileHandle file = File.OpenHandle(_path))
        {
            _lines.Start(file);
            Assert.True(_lines.MoveNext());
        }

        Assert.Equal(["four"], Read("four"));
    }

    [Fact]
    public void A_file_that_cannot_be_read_tells_why()
    {
        const int BadDescriptor = 9; // EBADF: it is open for writing only

        using SafeFileHandle file = File.OpenHandle(_path, FileMode.Open, FileAccess.Write);
        _lines.Start(file);

        Assert.False(_lines.MoveNext());
        Assert.Equal(BadDescriptor, _lines.Errno);
    }

    public void Dispose() => File.Delete(_path);

    private List<string> Read(string content)
    {
        File.WriteAllText(_path, content);
        using SafeFileHandle file = File.OpenHandle(_path);
        List<string> lines = [];
        _lines.Start(file);
        while (_lines.MoveNext())
        {
            lines.Add(System.Text.Encoding.UTF8.GetString(_lines.Current));
        }

        Assert.Equal(0, _lines.Errno);
        return lines;
    }
}
