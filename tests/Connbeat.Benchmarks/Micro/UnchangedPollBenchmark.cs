using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Enrichment;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;
using Connbeat.Tracking;

namespace Connbeat.Benchmarks.Micro;

/// <summary>What a snapshot of 200,000 sockets that were all known before costs the table.</summary>
[MemoryDiagnoser]
public class UnchangedPollBenchmark
{
    private const int Sockets = 200_000;
    private const uint Namespace = 4_026_531_840;

    private readonly ObservationPool _pool = new();
    private readonly SocketEntry[] _entries = [.. Enumerable.Range(0, Sockets).Select(Entry)];
    private readonly ConnectionTable _table;
    private long _now;

    public UnchangedPollBenchmark()
    {
        ListenerTable listeners = new();
        OwnerSearch owners = new(new ProcessDirectory(), isOn: false);
        _table = new ConnectionTable(
            listeners,
            new Announcements(new TrackingOptions { Aggregation = TimeSpan.Zero }, listeners, owners, (in Happening _) => { }));
    }

    [GlobalSetup]
    public void See() => Poll();

    [Benchmark]
    public int Poll()
    {
        _now++;
        ObservationBatch part = _pool.Rent(BatchKind.Snapshot, _now);
        foreach (ref readonly SocketEntry entry in _entries.AsSpan())
        {
            if (part.IsFull)
            {
                _table.Observe(part);
                part.Release();
                part = _pool.Rent(BatchKind.Snapshot, _now);
            }

            part.Add(Namespace, _now, entry);
        }

        part.IsLast = true;
        part.IsComplete = true;
        _table.Observe(part);
        part.Release();
        return _table.Count;
    }

    /// <summary>An established IPv4 connection, in the bytes that the kernel would send.</summary>
    private static SocketEntry Entry(int number)
    {
        byte[] message = new byte[SocketEntry.Size];
        message[0] = 2;                           // AF_INET
        message[1] = (byte)TcpState.Established;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), 443);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)(1024 + (number % 60_000)));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), 0xc000_0201);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(24), 0xc633_6400 + (uint)(number / 60_000));
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(44), 0x1000 + (ulong)number);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(68), 100_000 + (uint)number);
        return SocketEntry.Parse(message, Transport.Tcp);
    }
}
