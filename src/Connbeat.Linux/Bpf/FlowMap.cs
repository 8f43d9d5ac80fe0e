namespace Connbeat.Linux.Bpf;

/// <summary>The map in which the programs count datagrams. One thread at a time.</summary>
/// <param name="map">Its descriptor.</param>
/// <param name="entries">How many flows it has room for.</param>
/// <param name="uncounted">Sums up the datagrams that found no room in it.</param>
internal sealed class FlowMap(int map, int entries, Func<long> uncounted)
{
    private const int EntriesAtOnce = 2_048;
    private const int NoEntry = 2;        // ENOENT: that was all
    private const int NotSupported = 524; // ENOTSUPP: before Linux 5.14

    private readonly byte[] _keys = new byte[EntriesAtOnce * FlowRecord.KeySize];
    private readonly byte[] _values = new byte[EntriesAtOnce * FlowRecord.ValueSize];

    /// <summary>How many flows there is room for.</summary>
    public int Entries => entries;

    /// <summary>How many datagrams belonged to a flow that found no room.</summary>
    public long Uncounted => uncounted();

    /// <summary>Reads all flows; one that is begun or taken out meanwhile may be among them or not.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="WireFormatException">An entry is none of a flow.</exception>
    public void ReadAll(FlowReader reader)
    {
        ulong position = 0;
        bool isFirst = true;
        while (true)
        {
            uint count = EntriesAtOnce;
            int errno = LibBpf.LookBatch(map, isFirst, ref position, _keys, _values, ref count);
            if (errno is not (0 or NoEntry))
            {
                throw BpfException.Of("reading the flows of UDP", errno);
            }

            for (int entry = 0; entry < count; entry++)
            {
                ReadOnlySpan<byte> key = _keys.AsSpan(entry * FlowRecord.KeySize, FlowRecord.KeySize);
                reader(key, FlowRecord.Parse(key, _values.AsSpan(entry * FlowRecord.ValueSize, FlowRecord.ValueSize)));
            }

            if (errno == NoEntry)
            {
                return;
            }

            isFirst = false;
        }
    }

    /// <summary>Takes out a flow.</summary>
    /// <param name="key">As it was read.</param>
    /// <param name="last">What is known of it at the end.</param>
    /// <returns>False where it is not there any more.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryTake(ReadOnlySpan<byte> key, out FlowRecord last)
    {
        Span<byte> value = stackalloc byte[FlowRecord.ValueSize];
        int errno = LibBpf.Take(map, key, value);
        if (errno == NotSupported)
        {
            errno = LibBpf.Look(map, key, value);
            errno = errno == 0 ? LibBpf.Delete(map, key) : errno;
        }

        last = errno == 0 ? FlowRecord.Parse(key, value) : default;
        return errno switch
        {
            0 => true,
            NoEntry => false,
            _ => throw BpfException.Of("taking out a flow of UDP", errno),
        };
    }
}

/// <summary>Takes a flow as it stands in the map.</summary>
/// <param name="key">What it is found by; valid during the call.</param>
/// <param name="flow">The flow.</param>
internal delegate void FlowReader(ReadOnlySpan<byte> key, in FlowRecord flow);
