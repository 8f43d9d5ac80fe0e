using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Connbeat.StrongSwan.Status;
using Connbeat.StrongSwan.Vici;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.StrongSwan.Status;

/// <summary>What <c>ipsec status…</c> printed and VICI told of a real charon, 5.9.8, in the states of testbed/ipsec/legacy.sh.</summary>
public sealed partial class TunnelStateTests
{
    private static readonly string[] Names = ["site", "site-b", "dead", "routed", "nosuch"];

    public static TheoryData<string> States() =>
        [.. Fixture.Files("strongswan/ipsec").Select(Path.GetFileName).Where(file => file!.StartsWith("statusall.", StringComparison.Ordinal))
            .Select(file => file!.Split('.')[1])];

    /// <summary>site, site-b, dead, routed; bytes and packets of site.</summary>
    [Theory]
    [InlineData("down", 2, 2, 2, 2, 0, 0)]
    [InlineData("established", 0, 2, 2, 2, 0, 0)]
    [InlineData("established-traffic", 0, 2, 2, 2, 420, 5)]
    [InlineData("two-children", 0, 0, 2, 2, 420, 5)]
    [InlineData("connecting", 0, 0, 3, 2, 420, 5)]
    [InlineData("routed", 0, 0, 3, 2, 420, 5)]
    [InlineData("site-b-child-down", 0, 2, 3, 2, 420, 5)]
    [InlineData("ike-up-child-down", 1, 2, 3, 2, 0, 0)]
    [InlineData("deleting", 3, 2, 2, 2, 0, 0)]
    [InlineData("after-down", 2, 2, 2, 2, 0, 0)]
    public void Each_state_of_a_real_daemon_is_what_it_was(string state, int site, int siteB, int dead, int routed, long bytes, long packets)
    {
        Dictionary<string, TunnelState> states = TunnelState.All(StatusOutput.Parse(Text($"statusall.{state}.txt")));

        Assert.Equal([site, siteB, dead, routed], Names[..4].Select(name => StatusOf(states, name)));
        Assert.Equal(new SaTraffic(bytes, packets, bytes, packets), states.GetValueOrDefault("site").Traffic);
    }

    [Theory]
    [MemberData(nameof(States))]
    public void VICI_and_the_command_agree(string state)
    {
        string file = Fixture.At($"strongswan/ipsec/vici.{state}.json.txt");
        string sas = File.ReadAllLines(file).Single(line => line.StartsWith("list-sas ", StringComparison.Ordinal))["list-sas ".Length..];
        IkeSa[] ikes = [.. JsonElement.Parse(sas)[0].EnumerateArray().SelectMany(sa => IkeSa.ReadAll(Section(sa)))];

        Dictionary<string, TunnelState> told = TunnelState.All(SeenIke.Of(ikes));
        Dictionary<string, TunnelState> printed = TunnelState.All(StatusOutput.Parse(Text($"statusall.{state}.txt")));

        Assert.All(Names, name => Assert.Equal(printed.GetValueOrDefault(name).Traffic, told.GetValueOrDefault(name).Traffic));
        Assert.All(Names, name => Assert.Equal(StatusOf(printed, name), StatusOf(told, name)));
    }

    /// <summary>The rules of the original, which asked for each tunnel by itself.</summary>
    [Theory]
    [MemberData(nameof(States))]
    public void Asking_once_for_all_gives_what_asking_for_each_gave(string state)
    {
        Dictionary<string, TunnelState> states = TunnelState.All(StatusOutput.Parse(Text($"statusall.{state}.txt")));
        int compared = 0;
        foreach (string name in Names.Where(name => File.Exists(Fixture.At($"strongswan/ipsec/status-{name}.{state}.txt"))))
        {
            string output = Text($"status-{name}.{state}.txt");
            int original = Established().IsMatch(output) ? (Installed().IsMatch(output) ? 0 : 1) : output.Contains("no match", StringComparison.Ordinal) ? 2 : 3;
            Assert.Equal((name, original), (name, StatusOf(states, name)));
            compared++;
        }

        Assert.NotEqual(0, compared);
    }

    [Fact]
    public void One_packet_is_a_packet_and_SAs_are_summed()
    {
        IReadOnlyList<SeenIke> seen = StatusOutput.Parse(
            """
            Connections:
                      up:  10.9.0.1...10.9.0.2  IKEv2
            Security Associations (1 up, 0 connecting):
                      up[1]: ESTABLISHED 2 seconds ago, 10.9.0.1[10.9.0.1]...10.9.0.2[10.9.0.2]
                      up[1]: IKEv2 SPIs: 94ac4e9bceaa9d1f_i* 9b87374359590325_r, pre-shared key reauthentication in 2 hours
                      up{1}:  REKEYED, TUNNEL, reqid 1, expires in 58 minutes
                      up{1}:   10.1.0.0/24 === 10.2.0.0/24
                      up{2}:  INSTALLED, TUNNEL, reqid 1, ESP in UDP SPIs: 7f05d640_i f4b334a1_o
                      up{2}:  AES_CBC_128/HMAC_SHA2_256_128, 84 bytes_i (1 pkt, 0s ago), 0 bytes_o, rekeying in 47 minutes
                      up{2}:   10.1.0.0/24 === 10.2.0.0/24
                      up{3}:  INSTALLED, TUNNEL, reqid 2, ESP in UDP SPIs: 7f05d641_i f4b334a2_o
                      up{3}:  AES_CBC_128/HMAC_SHA2_256_128, 16 bytes_i (2 pkts, 0s ago), 5 bytes_o (1 pkt, 3s ago), rekeying in 47 minutes
            """);

        Assert.Equal(new TunnelState(TunnelStatus.Up, 2, new SaTraffic(100, 3, 5, 1)), TunnelState.All(seen)["up"]);
    }

    [Theory]
    [InlineData("REKEYED", 0)]
    [InlineData("REKEYING", 0)]
    [InlineData("INSTALLED", 0)]
    [InlineData("DELETED", 1)]
    [InlineData("CREATED", 1)]
    public void A_tunnel_that_is_rekeyed_is_up(string state, int expected) =>
        Assert.Equal(expected, (int)TunnelState.All([new SeenIke("a", "ESTABLISHED", [new SeenChild("a", state, default)])])["a"].Status);

    [Fact]
    public void Libreswan_tells_the_same_in_other_words()
    {
        const string Output =
            """
            000 using kernel interface: xfrm
            000 "east": 10.1.0.0/24===192.0.2.1<192.0.2.1>...192.0.2.2<192.0.2.2>===10.2.0.0/24; erouted; eroute owner: #2
            000 "down": 10.1.0.0/24===192.0.2.1<192.0.2.1>...192.0.2.9<192.0.2.9>===10.9.0.0/24; unrouted; eroute owner: #0
            000 #1: "east":500 STATE_V2_ESTABLISHED_IKE_SA (established IKE SA); REKEY in 27000s; newest; idle;
            000 #2: "east":500 STATE_V2_ESTABLISHED_CHILD_SA (established Child SA); REKEY in 27000s; newest; eroute owner; IKE SA #1; idle;
            000 #2: "east" esp.9f3@192.0.2.2 esp.1a2@192.0.2.1 tun.0@192.0.2.2 Traffic: ESPin=84B ESPout=2KB ESPmax=2^63B
            000 #3: "half":500 STATE_MAIN_I1 (sent MI1, expecting MR1); RETRANSMIT in 5s; lastdpd=-1s(seq in:0 out:0); idle;
            000 #4: "old/1x1":500 STATE_MAIN_I4 (ISAKMP SA established); EVENT_SA_REPLACE in 2000s; newest ISAKMP; idle;
            000 #5: "old/1x1":500 STATE_QUICK_I2 (sent QI2, IPsec SA established); EVENT_SA_REPLACE in 27864s; newest IPSEC; isakmp#4; idle;
            006 #5: "old/1x1", type=ESP, add_time=1795242772, inBytes=10, outBytes=20, maxBytes=2^63B, id='@old'
            """;

        Dictionary<string, TunnelState> states = TunnelState.All(LibreswanOutput.Parse(Output));

        Assert.True(LibreswanOutput.IsIn(Output));
        Assert.False(LibreswanOutput.IsIn(Text("statusall.two-children.txt")));
        Assert.Equal(new TunnelState(TunnelStatus.Up, 1, new SaTraffic(84, 0, 2048, 0)), states["east"]);
        Assert.Equal(new TunnelState(TunnelStatus.Up, 1, new SaTraffic(10, 0, 20, 0)), states["old"]);
        Assert.Equal(TunnelStatus.Unknown, states["half"].Status);
        Assert.False(states.ContainsKey("down"));
    }

    [Fact]
    public void Any_text_gives_a_value()
    {
        string[] pieces = [.. Text("statusall.two-children.txt").Split([' ', '\n']), "{", "}", "[1]:", "000 #1: \"a\"", "STATE_", "Traffic: ESPin=1B ESPout=99999999999999999999GB", "\n", "  "];
        Random random = new(20_26);
        for (int round = 0; round < 5000; round++)
        {
            string text = string.Join(random.Next(3) == 0 ? "\n  " : " ", Enumerable.Range(0, 60).Select(_ => pieces[random.Next(pieces.Length)]));
            Assert.NotNull(TunnelState.All(StatusOutput.Parse("Security Associations\n" + text)));
            Assert.NotNull(TunnelState.All(LibreswanOutput.Parse(text)));
        }
    }

    private static int StatusOf(Dictionary<string, TunnelState> states, string name) =>
        states.TryGetValue(name, out TunnelState state) ? (int)state.Status : (int)TunnelStatus.Down;

    private static string Text(string file) => File.ReadAllText(Fixture.At($"strongswan/ipsec/{file}"));

    private static ViciSection Section(JsonElement json) => new(
    [
        .. json.EnumerateObject().Select(member => (Name: (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(member.Name), member.Value)).Select(member => member.Value.ValueKind switch
        {
            JsonValueKind.Object => ViciItem.OfSection(member.Name, Section(member.Value)),
            JsonValueKind.Array => ViciItem.OfList(member.Name, [.. member.Value.EnumerateArray().Select(item => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(item.GetString()!))]),
            _ => ViciItem.OfValue(member.Name, System.Text.Encoding.UTF8.GetBytes(Convert.ToString(member.Value, CultureInfo.InvariantCulture)!)),
        }),
    ]);

    [GeneratedRegex(@"\d+\]:\s+ESTABLISHED")]
    private static partial Regex Established();

    [GeneratedRegex(@"\{\d+\}:\s+(?:INSTALLED|REKEYED|REKEYING)")]
    private static partial Regex Installed();
}
