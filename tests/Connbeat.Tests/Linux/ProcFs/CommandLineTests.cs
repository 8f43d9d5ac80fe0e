using System.Text;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("nginx\0", "nginx")]
    [InlineData("sh\0-c\0sleep 1; true\0", "sh|-c|sleep 1; true")]
    [InlineData("a\0\0b\0", "a||b")]
    [InlineData("sshd: root@pts/0\0\0\0\0", "")]
    [InlineData("nginx: worker process", "")]
    [InlineData("", "")]
    public void Arguments_are_told_one_by_one_where_they_are_told_apart(string content, string arguments)
    {
        CommandLine.Parse(Encoding.UTF8.GetBytes(content), out IReadOnlyList<string> told);
        Assert.Equal(arguments, string.Join('|', told));
    }

    [Fact]
    public void What_is_withheld_is_withheld_of_each_argument()
    {
        CommandLine.Parse(
            "app\0--password\0hunter2\0"u8, out IReadOnlyList<string> told,
            text => text.Replace("hunter2", "*", StringComparison.Ordinal));
        Assert.Equal(["app", "--password", "*"], told);
    }

    [Theory]
    [InlineData("/usr/bin/python3\0-\0", "/usr/bin/python3 -")]
    [InlineData("nginx: worker process\0\0\0\0", "nginx: worker process")]
    [InlineData(" a\0\0b ", "a  b")]
    [InlineData("", "")]
    [InlineData("\0", "")]
    public void Arguments_are_joined_by_spaces_and_trimmed(string content, string line) =>
        Assert.Equal(line, CommandLine.Parse(Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_replaced() =>
        Assert.Equal("a \ufffd b", CommandLine.Parse([(byte)'a', 0, 0xff, 0, (byte)'b']));

    [Fact]
    public void Secrets_are_taken_out_of_the_arguments_before_they_are_joined()
    {
        string? seen = null;

        string line = CommandLine.Parse("app\0--password\0my secret\0"u8, arguments =>
        {
            seen = arguments;
            return "app\0--password\0*\0";
        });

        Assert.Equal("app\0--password\0my secret\0", seen);
        Assert.Equal("app --password *", line);
    }

    [Theory]
    [InlineData("app\0postgres://bob:hun", "app …")]
    [InlineData("app\0-c\0psql postgres://bob:hun", "app -c psql …")]
    [InlineData("postgres://bob:hun", "…")]
    public void Where_secrets_are_taken_out_a_word_that_is_cut_is_not_told(string end, string told)
    {
        string longest = (end + new string('x', CommandLine.Longest))[..(CommandLine.Longest + 1)];

        Assert.Equal(told, CommandLine.Parse(Encoding.UTF8.GetBytes(longest), arguments => arguments));
    }

    [Fact]
    public void The_longest_line_is_whole()
    {
        byte[] content = [.. Enumerable.Repeat((byte)'x', CommandLine.Longest)];

        Assert.Equal(new string('x', CommandLine.Longest), CommandLine.Parse(content));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("™")]
    [InlineData("😀")]
    public void A_longer_line_is_cut_between_characters_and_says_so(string letter)
    {
        byte[] content = Encoding.UTF8.GetBytes("-" + string.Concat(Enumerable.Repeat(letter, CommandLine.Longest)));

        string line = CommandLine.Parse(content.AsSpan(0, CommandLine.Longest + 1));

        int whole = (CommandLine.Longest - 1) / Encoding.UTF8.GetByteCount(letter);
        Assert.Equal("-" + string.Concat(Enumerable.Repeat(letter, whole)) + "…", line);
    }
}
