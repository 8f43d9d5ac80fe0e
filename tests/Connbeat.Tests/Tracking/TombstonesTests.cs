using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

public sealed class TombstonesTests
{
    private static readonly SocketKey One = new(1, 7);
    private static readonly SocketKey Other = new(2, 7);

    [Fact]
    public void What_was_destroyed_before_a_snapshot_began_is_forgotten_and_the_rest_is_not()
    {
        Tombstones tombstones = new();
        tombstones.Add(One, 10);
        tombstones.Add(One, 11);
        tombstones.Add(Other, 20);
        tombstones.RemoveBefore(20);

        Assert.Equal((false, true), (tombstones.Contains(One), tombstones.Contains(Other)));
        tombstones.RemoveBefore(21);
        Assert.False(tombstones.Contains(Other));
    }
}
