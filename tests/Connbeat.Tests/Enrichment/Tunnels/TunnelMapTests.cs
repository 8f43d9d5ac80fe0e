using Connbeat.Enrichment.Tunnels;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.StrongSwan.Vici;

namespace Connbeat.Tests.Enrichment.Tunnels;

public sealed class TunnelMapTests
{
    private static readonly IkeSa Ike = IkeSa.Read("site", ViciSection.Empty) with { State = "ESTABLISHED" };
    private static readonly ChildSa NoChild = ChildSa.Read(ViciSection.Empty);

    [Fact]
    public void A_connection_is_in_the_tunnel_that_is_up()
    {
        TunnelMap map = new([Config("net", "10.1.0.0/24", "10.2.0.0/24")], [With(Child("net", "INSTALLED", "10.1.0.0/24", "10.2.0.0/24"))]);

        Assert.Equal(
            new TunnelFacts { Name = "site", Child = "net", State = "INSTALLED", ReqId = 4, IsExpected = true, IsProtected = true },
            Of(map, "10.1.0.5", "10.2.0.6"));
        Assert.Null(Of(map, "10.2.0.6", "10.1.0.5"));
        Assert.Null(Of(map, "10.1.0.5", "10.3.0.1"));
        Assert.Empty(map.IsDown);
    }

    [Fact]
    public void One_whose_tunnel_is_configured_and_down_is_not_protected()
    {
        TunnelMap map = new(
            [Config("net", "10.1.0.0/24", "10.2.0.0/24"), Config("half", "10.1.0.0/24", "10.4.0.0/24")],
            [With(Child("half", "DELETED", "10.1.0.0/24", "10.4.0.0/24"))]);

        Assert.Equal(new TunnelFacts { Name = "site", Child = "net", IsExpected = true, IsProtected = false }, Of(map, "10.1.0.5", "10.2.0.6"));
        Assert.Equal("DELETED", Of(map, "10.1.0.5", "10.4.0.6")?.State);
        Assert.Equal([("site", "net"), ("site", "half")], map.IsDown);
    }

    [Fact]
    public void A_tunnel_that_nobody_configured_protects_and_is_not_expected() => Assert.Equal(
        (false, true),
        Of(new TunnelMap([], [With(Child("road", "REKEYED", "0.0.0.0/0", "10.9.0.7/32"))]), "203.0.113.9", "10.9.0.7") is { } facts
            ? (facts.IsExpected!.Value, facts.IsProtected)
            : default);

    [Fact]
    public void The_tunnel_that_means_it_most_is_told_and_one_that_is_up_first()
    {
        TunnelMap map = new(
            [Config("down", "0.0.0.0/0", "10.2.0.6/32")],
            [With(
                Child("all", "INSTALLED", "0.0.0.0/0", "0.0.0.0/0"),
                Child("wide", "INSTALLED", "0.0.0.0/0", "10.0.0.0/8"),
                Child("one", "INSTALLED", "0.0.0.0/0", "10.2.0.7/32"))]);

        Assert.Equal("wide", Of(map, "192.0.2.1", "10.2.0.6")?.Child);
        Assert.Equal("one", Of(map, "192.0.2.1", "10.2.0.7")?.Child);
        Assert.Equal("all", Of(map, "192.0.2.1", "203.0.113.7")?.Child);
    }

    [Fact]
    public void What_is_configured_to_pass_goes_through_no_tunnel()
    {
        TunnelMap map = new(
            [
                Config("net", "10.1.0.0/24", "10.0.0.0/8"),
                new IkeConfig("lan", [new ChildConfig("lan", "PASS", ["10.1.0.0/24"], ["10.1.0.0/24"]), new ChildConfig("trap", "DROP", ["0.0.0.0/0"], ["0.0.0.0/0"])]),
                Config("virtual", "dynamic", "0.0.0.0/0"),
            ],
            []);

        Assert.Null(Of(map, "10.1.0.5", "10.1.0.6"));
        Assert.Equal("net", Of(map, "10.1.0.5", "10.2.0.6")?.Child);
        Assert.Null(Of(map, "192.0.2.1", "203.0.113.7"));
    }

    [Fact]
    public void What_is_newly_down_is_told_once()
    {
        TunnelDirectory directory = new();
        TunnelMap down = new([Config("net", "10.1.0.0/24", "10.2.0.0/24")], []);
        TunnelMap up = new([Config("net", "10.1.0.0/24", "10.2.0.0/24")], [With(Child("net", "INSTALLED", "10.1.0.0/24", "10.2.0.0/24"))]);

        Assert.Equal([("site", "net")], directory.Apply(down));
        Assert.Empty(directory.Apply(down));
        Assert.Empty(directory.Apply(up));
        Assert.Equal([("site", "net")], directory.Apply(down));
    }

    private static TunnelFacts? Of(TunnelMap map, string local, string remote) =>
        map.Of(Transport.Tcp, new InetTuple(InetAddress.Parse(local), 40_000, InetAddress.Parse(remote), 443));

    private static IkeConfig Config(string child, string local, string remote) =>
        new("site", [new ChildConfig(child, "TUNNEL", [local], [remote])]);

    private static IkeSa With(params ChildSa[] children) => Ike with { Children = children };

    private static ChildSa Child(string name, string state, string local, string remote) =>
        NoChild with { Name = name, State = state, ReqId = "4", LocalTs = [local], RemoteTs = [remote] };
}
