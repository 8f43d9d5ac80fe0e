using System.Buffers;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Telemetry;

namespace Connbeat.Capture.Bpf;

/// <summary>
/// Looks now and then at the map in which the programs count datagrams: tells how far each flow has come, and takes out
/// those that are idle, whose socket is gone, or which came first where the map fills up. The ring's thread alone.
/// </summary>
/// <param name="map">The map.</param>
/// <param name="idle">After so long without a datagram a flow is over.</param>
/// <param name="time">The clock.</param>
/// <param name="happened">Takes what is worth telling.</param>
/// <param name="cpuTime">What the calling thread has spent on a processor; null asks the kernel.</param>
internal sealed class FlowWatch(
    FlowMap map, TimeSpan idle, TimeProvider time, CaptureHappenings happened, Func<TimeSpan>? cpuTime = null)
{
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterRelease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100); // however many flows begin

    private readonly TimeSpan _interval = TimeSpan.FromTicks(Math.Clamp(idle.Ticks / 4, Soonest.Ticks, Latest.Ticks));
    private readonly Func<TimeSpan> _cpuTime = cpuTime ?? CpuTime.OfThread;
    private readonly CpuBudget _budget = new(0.005, TimeSpan.FromMilliseconds(100), time);
    private readonly ArrayBufferWriter<byte> _over = new();
    private readonly List<(FlowChange Change, long At)> _ends = [];
    private readonly List<long> _ages = [];

    // Sockets that have flows; and those of them that are gone: a datagram may have been under way, so they are remembered
    // for one pass more.
    private HashSet<ulong> _talking = [];
    private Dictionary<ulong, long> _gone = [];
    private Dictionary<ulong, long> _goneBefore = [];
    private long _passedAt = time.GetTimestamp();
    private long _uncounted;
    private int _begun;

    /// <summary>The programs tell of a flow.</summary>
    public void Heed(in FlowRecord flow)
    {
        if (flow.Kind is RecordKind.FlowBegan)
        {
            _begun++;
            _talking.Add(flow.Cookie);
        }
    }

    /// <summary>A UDP socket is gone.</summary>
    public void Released(ulong cookie, long at)
    {
        if (_talking.Remove(cookie))
        {
            _gone[cookie] = at;
        }
    }

    /// <summary>Looks at the map, where it is time to.</summary>
    /// <param name="now">The time.</param>
    /// <param name="queue">Where a part of what was found comes from and goes to.</param>
    public void Look(long now, ObservationQueue queue)
    {
        TimeSpan passed = time.GetElapsedTime(_passedAt, now);
        bool isDue = passed >= _interval || (_gone.Count > 0 && passed >= AfterRelease);
        bool mayFill = _begun >= map.Entries / 16 && passed >= Breath;
        if (!mayFill && !(isDue && _budget.Allows()))
        {
            return;
        }

        TimeSpan before = _cpuTime();
        LookNow(now, queue);
        _budget.Spend(_cpuTime() - before);
    }

    /// <summary>Looks at the map whether it is time to or not: nobody may look again.</summary>
    public void LookNow(long now, ObservationQueue queue)
    {
        try
        {
            Pass(now, queue);
        }
        catch (Exception failure) when (failure is BpfException or WireFormatException)
        {
            happened.SnapshotFailed(failure); // the next one shows what this one did not
        }

        _passedAt = now;
    }

    private void Pass(long now, ObservationQueue queue)
    {
        FlowBatches batches = new(queue, now);
        HashSet<ulong> talking = [];
        long idleSince = now - (idle.Ticks * TimeSpan.NanosecondsPerTick);
        Clear();
        map.ReadAll((key, in flow) =>
        {
            if (_gone.TryGetValue(flow.Cookie, out long at) || _goneBefore.TryGetValue(flow.Cookie, out at))
            {
                End(key, FlowChange.Released, at);
                return;
            }

            talking.Add(flow.Cookie);
            if (flow.Last < idleSince)
            {
                End(key, FlowChange.Idle, 0);
                return;
            }

            _ages.Add(flow.Last);
            if (!flow.IsOwn)
            {
                batches.Add(new FlowObservation(FlowChange.Counted, now, flow));
            }
        });
        TakeOut(batches);
        if (_ages.Count > map.Entries / 8 * 7)
        {
            Evict(batches);
        }

        (_talking, _begun) = (talking, 0);
        (_goneBefore, _gone) = (_gone, []);
        batches.Finish();
        TellUncounted(now, queue);
    }

    private void TellUncounted(long now, ObservationQueue queue)
    {
        long uncounted = map.Uncounted;
        if (uncounted > _uncounted)
        {
            ObservationBatch batch = queue.Rent(BatchKind.Uncounted, _passedAt);
            (batch.End, batch.Lost) = (now, uncounted - _uncounted);
            queue.Send(batch);
            happened.FlowsUncounted(uncounted - _uncounted);
            _uncounted = uncounted;
        }
    }

    /// <summary>Takes out the flows that were silent for longest, until a quarter of the map is free.</summary>
    private void Evict(FlowBatches batches)
    {
        _ages.Sort();
        long youngest = _ages[_ages.Count - (map.Entries / 4 * 3)];
        Clear();
        map.ReadAll((key, in flow) =>
        {
            if (flow.Last < youngest)
            {
                End(key, FlowChange.Evicted, 0);
            }
        });
        happened.FlowsEvicted(_ends.Count);
        TakeOut(batches);
    }

    private void Clear()
    {
        _over.ResetWrittenCount();
        _ends.Clear();
        _ages.Clear();
    }

    private void End(ReadOnlySpan<byte> key, FlowChange change, long at)
    {
        _over.Write(key[..FlowRecord.KeySize]);
        _ends.Add((change, at));
    }

    private void TakeOut(FlowBatches batches)
    {
        ReadOnlySpan<byte> keys = _over.WrittenSpan;
        foreach ((FlowChange change, long at) in _ends)
        {
            if (map.TryTake(keys, out FlowRecord last) && !last.IsOwn)
            {
                batches.Add(new FlowObservation(change, Math.Max(at, last.Last), last));
            }

            keys = keys[FlowRecord.KeySize..];
        }
    }
}
