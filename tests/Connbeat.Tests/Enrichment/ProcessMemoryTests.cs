using Connbeat.Enrichment;

namespace Connbeat.Tests.Enrichment;

public sealed class ProcessMemoryTests
{
    private readonly ProcessMemory _memory = new(most: 3);

    [Fact]
    public void Where_there_are_too_many_the_one_that_ended_first_leaves_and_else_the_oldest()
    {
        Add(1, 2, 3);
        _memory.End(3, at: 10);
        _memory.End(2, at: 11);
        Add(4);
        Assert.Equal([1, 2, 4], Pids);
        Add(5);
        Assert.Equal([1, 4, 5], Pids);
        Add(6);
        Assert.Equal([4, 5, 6], Pids);
    }

    [Fact]
    public void What_leaves_is_not_to_be_looked_up_any_more()
    {
        Add(1, 2, 3);
        _memory.Wanted.UnionWith([1, 2]);
        Add(4);
        _memory.Forget(2);

        Assert.Empty(_memory.Wanted);
        Assert.Equal([3, 4], Pids);
    }

    [Fact]
    public void Another_with_a_number_takes_the_place_of_the_one_that_ended()
    {
        Add(1, 2);
        _memory.End(1, at: 10);
        Add(1);
        _memory.End(2, at: 11 + ProcessMemory.AfterItsEnd);

        Assert.Equal([1, 2], Pids);
        _memory.End(7, at: 12 + (2 * ProcessMemory.AfterItsEnd));
        Assert.Equal([1], Pids);
    }

    [Fact]
    public void Who_ends_twice_leaves_once()
    {
        Add(1);
        _memory.End(1, at: 10);
        _memory.End(1, at: 20);
        Assert.Equal([1], Pids);
        _memory.End(1, at: 11 + ProcessMemory.AfterItsEnd);

        Assert.Equal((0, false), (_memory.Count, _memory.TryGet(1, out _)));
    }

    private IEnumerable<int> Pids => _memory.All.Select(process => process.Pid).Order();

    private void Add(params int[] pids)
    {
        foreach (int pid in pids)
        {
            _memory.Add(new HeardProcess(pid, start: 1));
        }
    }
}
