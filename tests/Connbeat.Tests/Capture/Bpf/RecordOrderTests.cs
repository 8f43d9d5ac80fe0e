using Connbeat.Capture.Bpf;
using Connbeat.Linux.Bpf;

namespace Connbeat.Tests.Capture.Bpf;

public sealed class RecordOrderTests
{
    private readonly RecordOrder _order = new();

    [Fact]
    public void Records_come_out_in_the_order_of_their_times()
    {
        Add(10, 30, 20, 50, 40);

        Assert.Equal([10, 20, 30, 40, 50], Times(long.MaxValue));
        Assert.Equal(50, _order.Youngest);
    }

    [Fact]
    public void Of_two_of_one_time_the_first_stays_first()
    {
        _order.Add(Record(10) with { Process = Process(10, pid: 1) });
        _order.Add(Record(10) with { Process = Process(10, pid: 2) });

        HeardRecord[] both = [.. _order.Until(10)];
        Assert.Equal([1, 2], both.Select(record => record.Process!.Process.Pid));
    }

    [Fact]
    public void What_is_too_young_waits_for_what_may_still_come_before_it()
    {
        Add(10, 40);
        Assert.Equal([10], Times(30));
        _order.Remove(1);
        Add(35);

        Assert.Equal([35, 40], Times(40));
        _order.Remove(2);
        Assert.Equal((0, 0), (_order.Count, (int)_order.Youngest));
    }

    private static HeardRecord Record(long at) => new(default(SocketRecord) with { At = at }, null, null);

    private static ProcessRecord Process(long at, int pid) => new()
    {
        Kind = RecordKind.Fork,
        At = at,
        Process = new SocketOwner(pid, 0, 0, 0, default),
    };

    private void Add(params long[] times) => Array.ForEach(times, at => _order.Add(Record(at)));

    private List<long> Times(long until)
    {
        List<long> times = [];
        foreach (HeardRecord record in _order.Until(until))
        {
            times.Add(record.At);
        }

        return times;
    }
}
