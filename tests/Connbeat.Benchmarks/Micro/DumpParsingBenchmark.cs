using BenchmarkDotNet.Attributes;
using Connbeat.Linux;
using Connbeat.Linux.Netlink;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Benchmarks.Micro;

/// <summary>What it costs to read one captured datagram of a dump: IPv4 and IPv6 sockets with tcp_info.</summary>
[MemoryDiagnoser]
public class DumpParsingBenchmark
{
    private readonly byte[] _datagram = Convert.FromHexString(string.Concat(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "tcp-dump-both-families-linux-6.18.hex"))
            .Where(char.IsAsciiHexDigit)));

    [Benchmark]
    public ulong Parse()
    {
        ulong cookies = 0;
        foreach (NetlinkMessage message in new NetlinkMessages(_datagram))
        {
            if (message.Header.Type is not NetlinkMessageType.Done)
            {
                cookies ^= SocketEntry.Parse(message.Payload, Transport.Tcp).Cookie;
            }
        }

        return cookies;
    }
}
