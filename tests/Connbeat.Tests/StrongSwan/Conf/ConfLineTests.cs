using Connbeat.StrongSwan.Conf;

namespace Connbeat.Tests.StrongSwan.Conf;

public sealed class ConfLineTests
{
    [Theory]
    [InlineData("conn site", "conn", "site")]
    [InlineData("conn \t site-b.2_x  # the second", "conn", "site-b.2_x")]
    [InlineData("conn site#comment", "conn", "site")]
    [InlineData("conn %default", "conn", "%default")]
    [InlineData("config setup", "config", "setup")]
    [InlineData("ca strongswan", "ca", "strongswan")]
    [InlineData("conn \"my site\"", "conn", "my site")]
    public void A_section_begins_in_the_first_column(string line, string kind, string name) =>
        Assert.Equal(new ConfLine(ConfLineKind.Section, kind, name), ConfLine.Parse(line));

    [Theory]
    [InlineData("\tauto=ignore", "auto", "ignore")]
    [InlineData("    auto = ignore # no", "auto", "ignore")]
    [InlineData("    leftid=\"conn quoted # not a comment = \\\" \"", "leftid", "conn quoted # not a comment = \" ")]
    [InlineData("    rightid=@#0a0b", "rightid", "@#0a0b")]
    [InlineData("    also=base\r", "also", "base")]
    [InlineData("    left=", "left", "")]
    public void A_parameter_has_a_value(string line, string key, string value) =>
        Assert.Equal(new ConfLine(ConfLineKind.Setting, key, value), ConfLine.Parse(line));

    [Theory]
    [InlineData("include /etc/ipsec.d/*.conf", "/etc/ipsec.d/*.conf")]
    [InlineData("  include \"a b.conf\"", "a b.conf")]
    public void An_include_has_a_pattern(string line, string pattern) =>
        Assert.Equal(new ConfLine(ConfLineKind.Include, "include", pattern), ConfLine.Parse(line));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("# conn commented")]
    [InlineData("  # conn indentedcomment")]
    [InlineData("  conn indented")]
    [InlineData("version 2.0")]
    [InlineData("connection x")]
    [InlineData("\"")]
    public void Anything_else_is_nothing(string line) =>
        Assert.Equal(ConfLineKind.Nothing, ConfLine.Parse(line).Kind);

    [Fact]
    public void Any_text_gives_a_line()
    {
        const string Characters = "conn auto=include \"#%\\\t@\r";
        Random random = new(20_26);
        for (int round = 0; round < 50_000; round++)
        {
            string line = new([.. Enumerable.Range(0, random.Next(30)).Select(_ => Characters[random.Next(Characters.Length)])]);
            Assert.True(Enum.IsDefined(ConfLine.Parse(line).Kind), line);
        }
    }
}
