using Connbeat.Exporters.Conntrack;
using Connbeat.Linux;
using Connbeat.Linux.Conntrack;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Exporters.Conntrack;

public sealed class ConntrackLogTests : IDisposable
{
    private static readonly ConntrackEntry Entry = new()
    {
        Protocol = 6,
        Original = new(InetAddress.Parse("127.0.0.1"), 54218, InetAddress.Parse("127.0.0.1"), 7101),
        Reply = new(InetAddress.Parse("127.0.0.1"), 7101, InetAddress.Parse("127.0.0.1"), 54218),
        TcpState = ConntrackTcpState.Established,
        Timeout = 432_000,
        Status = 2 | 4,
        Mark = 7,
    };

    private static readonly RemoteHost End =
        new(InetAddress.Parse("127.0.0.1"), 7101, FlowDirection.Outbound, RemoteHostKind.AddressPort);

    private readonly StringWriter _written = new();

    public void Dispose() => _written.Dispose();

    [Fact]
    public void In_netfilters_form_it_is_the_line_of_the_original()
    {
        new ConntrackLog(_written, asJson: false, new ManualTime()).Write(ConntrackChange.Update, Entry, End);

        Assert.Equal(
            "event=update     ipv4     2 tcp      6 432000 ESTABLISHED src=127.0.0.1 dst=127.0.0.1 sport=54218 dport=7101 " +
            "src=127.0.0.1 dst=127.0.0.1 sport=7101 dport=54218 [ASSURED] mark=7\n",
            _written.ToString());
    }

    [Fact]
    public void In_JSON_it_is_the_object_of_the_original()
    {
        new ConntrackLog(_written, asJson: true, new ManualTime()).Write(ConntrackChange.Update, Entry, End);

        Assert.Equal(
            "{\"event_type\":\"update\",\"original_source_host\":\"127.0.0.1:54218\",\"original_destination_host\":\"127.0.0.1:7101\"," +
            "\"reply_source_host\":\"127.0.0.1:7101\",\"reply_destination_host\":\"127.0.0.1:54218\"," +
            "\"remote_host\":\"127.0.0.1:7101\",\"state\":\"Open\"}\n",
            _written.ToString());
    }
}
