using Connbeat.Delivery;

namespace Connbeat.Tests.Delivery;

public sealed class EventRingTests
{
    [Fact]
    public void Positions_keep_their_events_while_the_ring_turns_and_grows()
    {
        EventRing ring = new();
        for (long position = 0; position < 3000; position++)
        {
            ring.Add(Encoded.Event(position, bytes: 7));
            if (position % 3 == 0)
            {
                Assert.Equal(position / 3, ring.RemoveFirst().Sequence);
            }
        }

        Assert.Equal((1000, 3000, 2000, 14_000), (ring.First, ring.End, ring.Count, ring.Bytes));
        for (long position = ring.First; position < ring.End; position++)
        {
            Assert.Equal(position, ring[position].Sequence);
        }
    }
}
