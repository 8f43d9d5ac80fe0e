using System.Text.Json;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Linux.SockDiag;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.ProcFs;

/// <summary>
/// What the original connbeat made of such tables: its rules applied to our rows give the lines that it wrote.
/// </summary>
public sealed class ProcNetGoldenTests
{
    [Theory]
    [InlineData("golden/connbeat-p4.ndjson", 51, "proc_net_tcp_small.txt", "proc_net_tcp6_empty.txt")]
    [InlineData("golden/connbeat-p5.ndjson", 16, "proc_net_tcp6_174.txt")]
    public void The_originals_events_follow_from_our_rows(string golden, int rows, params string[] tables)
    {
        List<SocketEntry> entries = [];
        ProcNetReader reader = new(new ProcReader("/proc"));
        foreach (string table in tables)
        {
            reader.TryReadFile(Fixture.At("procfs/" + table), Transport.Tcp, (in entry) => entries.Add(entry));
        }

        Assert.Equal(rows, entries.Count);
        Assert.Equal(Fixture.Lines(golden).Select(Told), Reported(entries));
    }

    [Fact]
    public void The_left_of_connections_have_no_inode()
    {
        List<SocketEntry> entries = [];
        ProcNetReader reader = new(new ProcReader("/proc"));
        reader.TryReadFile(
            Fixture.At("procfs/proc_net_tcp6_174.txt"), Transport.Tcp, (in entry) => entries.Add(entry));

        Assert.Equal(10, entries.Count(entry => entry.IsTimeWait));
        Assert.All(entries, entry => Assert.Equal(entry.IsTimeWait, entry.Inode == 0));
    }

    /// <summary>One event for each local end that some process holds, in the order of the table.</summary>
    private static IEnumerable<string> Reported(List<SocketEntry> entries)
    {
        HashSet<(InetAddress, ushort)> seen = [];
        foreach (SocketEntry entry in entries)
        {
            InetTuple tuple = entry.Tuple;
            if (entry.Inode != 0 && seen.Add((tuple.Local, tuple.LocalPort)))
            {
                yield return tuple.RemotePort == 0
                    ? $"server {tuple.LocalPort} inode {entry.Inode}"
                    : $"{tuple} inode {entry.Inode}";
            }
        }
    }

    private static string Told(string line)
    {
        JsonElement json = JsonElement.Parse(line);
        string inode = json.At("local_process.binary").GetString()!.Split(' ')[^1];
        return json.TryGetProperty("remote_port", out JsonElement remotePort)
            ? $"{json.At("local_ip")}:{json.At("local_port")} -> {json.At("remote_ip")}:{remotePort} inode {inode}"
            : $"server {json.At("local_port")} inode {inode}";
    }
}
