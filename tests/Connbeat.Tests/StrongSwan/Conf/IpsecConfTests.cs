using Connbeat.StrongSwan.Conf;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.StrongSwan.Conf;

public sealed class IpsecConfTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What the original was run with: comments and quoted text are no connections, and blanks around = are nothing.</summary>
    [Fact]
    public void Connections_are_those_that_strongSwan_reads()
    {
        IpsecConf conf = IpsecConf.Read(Fixture.At("strongswan/ipsec.conf"));

        Assert.Equal(
            ["up", "ikeonly", "down", "connecting", "nopk", "failing", "ign", "ign2", "base", "sub"],
            conf.Tunnels.Select(tunnel => tunnel.Name));
        Assert.Equal(["ign", "ign2"], conf.Tunnels.Where(tunnel => tunnel.IsIgnored).Select(tunnel => tunnel.Name));
    }

    [Fact]
    public void Ignore_is_taken_over_unless_the_connection_says_otherwise()
    {
        IpsecConf conf = Read(
            """
            conn %default
              auto=ignore
            conn by-default
            conn own
              auto=add
            conn by-also
              also=own
            conn by-two
              also=nothing-said
              also=own
            conn nothing-said
              left=1.2.3.4
            """);

        Assert.Equal(["by-default", "nothing-said"], Ignored(conf));
        Assert.Empty(conf.Faults);
    }

    [Fact]
    public void Cycles_are_cut_and_what_is_not_there_is_told()
    {
        IpsecConf conf = Read(
            """
            include ipsec.conf
            conn a
              also=b
            conn b
              also=a
              also=c
            conn a
              left=1.2.3.4
            include missing.conf
            include none/*.conf
            """);

        Assert.Equal(["a", "b"], conf.Tunnels.Select(tunnel => tunnel.Name));
        Assert.Empty(Ignored(conf));
        Assert.Equal(3, conf.Faults.Count);
        Assert.EndsWith("ipsec.conf includes itself; it is read once", conf.Faults[0], StringComparison.Ordinal);
        Assert.Contains("missing.conf can't be read", conf.Faults[1], StringComparison.Ordinal);
        Assert.EndsWith("ipsec.conf:6: also=c names no connection", conf.Faults[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Includes_are_relative_to_the_file_that_includes_and_belong_where_they_stand()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "d", "e"));
        File.WriteAllText(Path.Combine(_folder, "d", "1.conf"), "  auto=ignore\nconn one\ninclude e/2.conf\n");
        File.WriteAllText(Path.Combine(_folder, "d", "e", "2.conf"), "conn two\n");

        IpsecConf conf = Read("conn zero\ninclude d/*.conf\nconn three\n");

        Assert.Equal(["zero", "one", "two", "three"], conf.Tunnels.Select(tunnel => tunnel.Name));
        Assert.Equal(["zero"], Ignored(conf));
        Assert.Empty(conf.Faults);
    }

    [Fact]
    public void An_ignore_before_any_connection_and_long_chains_hurt_nobody()
    {
        IpsecConf early = Read("  auto=ignore\nconfig setup\n  auto=ignore\nconn a\n");
        IpsecConf chain = Read(string.Concat(Enumerable.Range(0, 50_000).Select(i => $"conn c{i}\n also=c{i + 1}\n")));

        Assert.Empty(Ignored(early));
        Assert.Equal(50_000, chain.Tunnels.Count);
    }

    [Fact]
    public void A_file_that_is_not_there_has_no_connections()
    {
        IpsecConf conf = IpsecConf.Read(Path.Combine(_folder, "nothing"));

        Assert.Empty(conf.Tunnels);
        Assert.Contains("nothing can't be read: ", Assert.Single(conf.Faults), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Ignored(IpsecConf conf) =>
        conf.Tunnels.Where(tunnel => tunnel.IsIgnored).Select(tunnel => tunnel.Name);

    private IpsecConf Read(string text)
    {
        string file = Path.Combine(_folder, "ipsec.conf");
        File.WriteAllText(file, text);
        return IpsecConf.Read(file);
    }
}
