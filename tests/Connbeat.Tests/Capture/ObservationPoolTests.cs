using Connbeat.Capture;
using Connbeat.Tests.Tracking;

namespace Connbeat.Tests.Capture;

public sealed class ObservationPoolTests
{
    [Fact]
    public void A_batch_that_comes_back_is_used_again_and_remembers_nothing()
    {
        ObservationPool pool = new();
        ObservationBatch batch = pool.Rent(BatchKind.Snapshot, 7);
        batch.Add(Entries.Namespace, 7, Entries.Socket(1));
        (batch.IsLast, batch.IsComplete, batch.End, batch.Lost) = (true, true, 9, 3);
        (batch.Namespace, batch.Unseen, batch.Namespaces) = (7, [7], [new NamespaceSighting(7, "seven", [])]);
        batch.Release();

        ObservationBatch again = pool.Rent(BatchKind.Changes, 8);
        Assert.Same(batch, again);
        Assert.Equal((BatchKind.Changes, 8, 0, false), (again.Kind, again.Begin, again.Count, again.IsFull));
        Assert.Equal((false, false, 0, 0), (again.IsLast, again.IsComplete, again.End, again.Lost));
        Assert.Equal((0u, 0, 0), (again.Namespace, again.Unseen.Count, again.Namespaces.Count));
        Assert.NotSame(again, pool.Rent(BatchKind.Changes, 8));
    }

    [Fact]
    public void A_batch_is_full_at_its_capacity()
    {
        ObservationBatch batch = new ObservationPool().Rent(BatchKind.Snapshot, 7);
        for (ulong cookie = 0; cookie < ObservationBatch.Capacity; cookie++)
        {
            Assert.False(batch.IsFull);
            batch.Add(Entries.Namespace, 7, Entries.Socket(cookie));
        }

        Assert.True(batch.IsFull);
        Assert.Equal(ObservationBatch.Capacity - 1ul, batch.Sockets[^1].Entry.Cookie);
    }
}
