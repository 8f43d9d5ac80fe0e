using System.Text;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class ProcNetTableTests
{
    private const string IPv4 =
        "   3: 110200C0:20FB FA6433C6:9C41 01 00000000:00000000 00:00000000 00000000  4321        0 24624 1 000000004b24";

    private const string IPv6 =
        "   3: B80D01200B000A000D000C000F000E00:9C42 B80D0120020001000400030006000500:2382 01 00000000:00000000 " +
        "00:00000000 00000000     0        0 24625 2 00000000a584b2c9 20 0 0 10 -1";

    [Fact]
    public void Addresses_and_ports_have_their_bytes_in_the_right_order()
    {
        Assert.Equal("192.0.2.17:8443 -> 198.51.100.250:40001", Parse(IPv4).Tuple.ToString());
        Assert.Equal(
            "[2001:db8:a:b:c:d:e:f]:40002 -> [2001:db8:1:2:3:4:5:6]:9090", Parse(IPv6).Tuple.ToString());
    }

    [Fact]
    public void A_row_tells_state_user_and_inode_but_no_cookie()
    {
        Assert.Equal(
            new SocketEntry
            {
                Transport = Transport.Tcp,
                State = TcpState.Established,
                Tuple = new InetTuple(
                    InetAddress.Parse("192.0.2.17"), 8443, InetAddress.Parse("198.51.100.250"), 40001),
                Uid = 4321,
                Inode = 24624,
            },
            Parse(IPv4));
    }

    [Theory]
    [InlineData("00000000:1F90 00000000:0000", "0.0.0.0:8080 -> 0.0.0.0:0")]
    [InlineData("0100007f:1f90 0100007f:ffff", "127.0.0.1:8080 -> 127.0.0.1:65535")]
    [InlineData(
        "00000000000000000000000000000000:2382 00000000000000000000000000000000:0000", "[::]:9090 -> [::]:0")]
    [InlineData(
        "00000000000000000000000001000000:2384 00000000000000000000000001000000:0001", "[::1]:9092 -> [::1]:1")]
    [InlineData(
        "0000000000000000FFFF0000110200C0:2382 0000000000000000FFFF0000FA6433C6:9C43",
        "192.0.2.17:9090 -> 198.51.100.250:40003")]
    public void Ends_are_read(string ends, string expected) =>
        Assert.Equal(expected, Parse($"   0: {ends} 01 0:0 00:00000000 00000000 0 0 24624").Tuple.ToString());

    [Theory]
    [InlineData(Transport.Tcp, "06", "03:00001751", true)]
    [InlineData(Transport.Tcp, "05", "03:00001752", true)]  // what is left in FIN_WAIT2
    [InlineData(Transport.Tcp, "06", "00:00000000", true)]
    [InlineData(Transport.Tcp, "05", "02:00001752", false)]
    [InlineData(Transport.Tcp, "01", "00:00000000", false)]
    [InlineData(Transport.Udp, "07", "00:00000000", false)]
    public void What_is_left_of_a_connection_is_told_by_state_or_timer(
        object transport, string state, string timer, bool isTimeWait)
    {
        string line = IPv4.Replace(" 01 ", $" {state} ").Replace("00:00000000 00000000", $"{timer} 00000000");

        Assert.Equal(isTimeWait, Parse(line, (Transport)transport).IsTimeWait);
    }

    [Theory]
    [InlineData("07", true)]
    [InlineData("01", false)]
    public void A_UDP_socket_listens_unless_it_is_connected(string state, bool isListening) =>
        Assert.Equal(isListening, Parse(IPv4.Replace(" 01 ", $" {state} "), Transport.Udp).IsListening);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode")]
    [InlineData("   3: 110200C0:20FB FA6433C6:9C41 01 00000000:00000000 00:00000000 00000000  4321        0")]
    [InlineData("   3: 110200C0:20FB FA6433C6:9C41 01 00000000:00000000 00:00000000 00000000  4321        0 ")]
    [InlineData("3: 110200C:20FB FA6433C6:9C41 01 0:0 00:0 0 4321 0 24624")]       // 7 digits
    [InlineData("3: 110200C0: FA6433C6:9C41 01 0:0 00:0 0 4321 0 24624")]          // no port
    [InlineData("3: 110200C0:20FBB FA6433C6:9C41 01 0:0 00:0 0 4321 0 24624")]     // 5 digits
    [InlineData("3: 110200C0:20FB FA6433C6 01 0:0 00:0 0 4321 0 24624")]           // no colon
    [InlineData("3: 110200G0:20FB FA6433C6:9C41 01 0:0 00:0 0 4321 0 24624")]      // no digit
    [InlineData("3: 110200C0:20FB 00000000000000000000000000000000:0000 01 0:0 00:0 0 4321 0 24624")]
    [InlineData("3: 110200C0:20FB FA6433C6:9C41 1 0:0 00:0 0 4321 0 24624")]
    [InlineData("3: 110200C0:20FB FA6433C6:9C41 01 0:0 00:0 0 -1 0 24624")]
    [InlineData("3: 110200C0:20FB FA6433C6:9C41 01 0:0 00:0 0 4321 0 4294967296")]
    [InlineData("3: 110200C0:20FB FA6433C6:9C41 01 0:0 00:0 0 4321 0 24624x")]
    public void Anything_else_is_no_row(string line) =>
        Assert.False(ProcNetTable.TryParse(Encoding.UTF8.GetBytes(line), Transport.Tcp, out _));

    [Theory]
    [InlineData("  sl  local_address rem_address   st tx_queue", true)]
    [InlineData("   sl  local_address", true)]
    [InlineData("sl", true)]
    [InlineData("", false)]
    [InlineData("slot 7", false)]
    [InlineData(IPv4, false)]
    public void A_header_begins_with_its_first_column(string line, bool isHeader) =>
        Assert.Equal(isHeader, ProcNetTable.IsHeader(Encoding.UTF8.GetBytes(line)));

    [Theory]
    [InlineData(IPv4)]
    [InlineData(IPv6)]
    public void Damaged_rows_are_read_or_are_none(string line)
    {
        int read = 0;
        int none = 0;
        Support.Damage.Inflict(Encoding.UTF8.GetBytes(line), bytes =>
        {
            bool isRow = ProcNetTable.TryParse(bytes, Transport.Tcp, out _) && !ProcNetTable.IsHeader(bytes);
            read += isRow ? 1 : 0;
            none += isRow ? 0 : 1;
        });

        Assert.True(read > 1000 && none > 1000, $"{read} read, {none} not");
    }

    [Fact]
    public void The_table_of_a_namespace_has_one_inode_for_all_that_are_in_it()
    {
        ProcReader proc = new("/proc");

        uint? ours = ProcNetTable.NetInode(proc, Environment.ProcessId);

        Assert.NotNull(ours);
        Assert.Equal(ours, ProcNetTable.NetInode(proc, Environment.ProcessId, Encoding.UTF8.GetBytes($"task/{Environment.ProcessId}/net/tcp")));
        Assert.Null(ProcNetTable.NetInode(proc, int.MaxValue));
    }

    private static SocketEntry Parse(string line, Transport transport = Transport.Tcp)
    {
        Assert.True(ProcNetTable.TryParse(Encoding.UTF8.GetBytes(line), transport, out SocketEntry entry), line);
        return entry;
    }
}
