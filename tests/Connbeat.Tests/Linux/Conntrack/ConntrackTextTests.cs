using System.Text;
using Connbeat.Linux;
using Connbeat.Linux.Conntrack;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.Conntrack;

/// <summary>Real messages of the kernel, and what <c>conntrack -E -o extended,ktimestamp</c> printed of each.</summary>
public sealed class ConntrackTextTests
{
    private static readonly string[] Lines = [.. Fixture.Lines("conntrack/events.txt").Where(line => line is not ['#', ..])];

    private readonly ConntrackText _text = new(new ManualTime());

    [Fact]
    public void Each_message_is_written_as_the_tool_writes_it()
    {
        Assert.Equal(28, Lines.Length);
        foreach (string[] pair in Lines.Chunk(2))
        {
            Assert.Equal([pair[0].Trim()], Read(Convert.FromHexString(pair[1])));
        }
    }

    [Fact]
    public void What_a_flow_may_have_besides_stands_where_the_tool_has_it()
    {
        ConntrackEntry entry = new()
        {
            Protocol = 17,
            Original = new(InetAddress.Parse("10.0.0.1"), 53, InetAddress.Parse("10.0.0.2"), 5353),
            Reply = new(InetAddress.Parse("10.0.0.2"), 5353, InetAddress.Parse("10.0.0.1"), 53),
            Timeout = 30,
            Status = 2 | (1 << 14),
            Zone = 9,
            SecurityContext = "system_u",
            Uses = 1,
        };
        StringBuilder line = new();
        _text.Append(line, entry);

        Assert.Equal(
            "ipv4     2 udp      17 30 src=10.0.0.1 dst=10.0.0.2 sport=53 dport=5353 src=10.0.0.2 dst=10.0.0.1 sport=5353 " +
            "dport=53 [OFFLOAD] secctx=system_u zone=9 use=1",
            line.ToString());
    }

    [Fact]
    public void A_flow_that_goes_on_is_as_old_as_it_is_now()
    {
        ManualTime time = new();
        long started = time.GetUtcNow().ToUnixTimeSeconds();
        time.Advance(TimeSpan.FromSeconds(75));
        ConntrackEntry entry = new() { Protocol = 6, Started = (ulong)started * 1_000_000_000 };
        StringBuilder line = new();
        new ConntrackText(time).Append(line, entry);

        Assert.EndsWith(" delta-time=75 [start=Sat Mar 14 15:09:26 2026]", line.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_messages_are_refused_and_nothing_else_happens()
    {
        int refused = Damage.Inflict(
            Convert.FromHexString(Lines[^1]), bytes => ConntrackSocket.Walk(bytes, Write), rounds: 20_000);

        Assert.InRange(refused, 1_000, 21_000);
    }

    private void Write(ConntrackChange change, in ConntrackEntry entry) => _text.Append(new StringBuilder(), entry);

    private List<string> Read(byte[] datagram)
    {
        List<string> read = [];
        ConntrackSocket.Walk(datagram, (change, in entry) =>
        {
            StringBuilder line = new($"[{change.ToString().ToUpperInvariant()}] ");
            _text.Append(line, entry);
            read.Add(line.ToString());
        });
        return read;
    }
}
