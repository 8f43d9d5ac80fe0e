using Connbeat.StrongSwan.Conf;

namespace Connbeat.Tests.StrongSwan.Conf;

public sealed class WildcardsTests
{
    [Theory]
    [InlineData("*.conf", "a.conf", true)]
    [InlineData("*.conf", ".conf", false)]
    [InlineData(".*", ".hidden", true)]
    [InlineData("*", "", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("*a*b", "xxaxxbxxb", true)]
    [InlineData("*a*b", "xxaxxbxxc", false)]
    [InlineData("[a-c]1", "b1", true)]
    [InlineData("[!a-c]1", "b1", false)]
    [InlineData("[]]1", "]1", true)]
    [InlineData("[x", "[x", true)]
    [InlineData("[", "[", true)]
    public void A_name_fits_a_pattern(string pattern, string name, bool expected) =>
        Assert.Equal(expected, Wildcards.Match(pattern, name));

    [Fact]
    public void Any_pattern_is_decided()
    {
        const string Characters = "*?[]!^-abc.";
        Random random = new(20_26);
        int fits = 0;
        for (int round = 0; round < 20_000; round++)
        {
            fits += Wildcards.Match(Text(random.Next(12)), Text(random.Next(8))) ? 1 : 0;
        }

        Assert.InRange(fits, 10, 20_000);

        string Text(int length) => new([.. Enumerable.Range(0, length).Select(_ => Characters[random.Next(Characters.Length)])]);
    }

    [Fact]
    public void Folders_may_have_wildcards_too()
    {
        string folder = Directory.CreateTempSubdirectory("connbeat-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "b"));
            Directory.CreateDirectory(Path.Combine(folder, "a"));
            File.WriteAllText(Path.Combine(folder, "a", "1.conf"), "");
            File.WriteAllText(Path.Combine(folder, "b", "2.conf"), "");
            File.WriteAllText(Path.Combine(folder, "b", "3.other"), "");

            Assert.Equal(
                [Path.Combine(folder, "a", "1.conf"), Path.Combine(folder, "b", "2.conf")],
                Wildcards.Expand(Path.Combine(folder, "?", "*.conf")));
            Assert.Empty(Wildcards.Expand(Path.Combine(folder, "none", "*")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
