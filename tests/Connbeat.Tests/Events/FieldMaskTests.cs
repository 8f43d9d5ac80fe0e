using Connbeat.Events;

namespace Connbeat.Tests.Events;

public sealed class FieldMaskTests
{
    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "a.b", true)]
    [InlineData("a.b", "a", false)]
    [InlineData("a.b", "a.b", true)]
    [InlineData("a.b", "a.b.c", true)]
    [InlineData("a.b", "a.c", false)]
    [InlineData("a", "ab", false)]
    [InlineData("a", "", false)]
    public void What_is_dropped_is_hidden_with_all_that_is_in_it(string dropped, string name, bool isHidden) =>
        Assert.Equal(isHidden, Hides(FieldMask.Without([dropped]), name));

    [Theory]
    [InlineData("a", "a", false)]
    [InlineData("a", "a.b", false)]
    [InlineData("a.b", "a.b", false)]
    [InlineData("a.b", "a.c", true)]
    [InlineData("a.b", "b", true)]
    public void What_is_included_is_shown_with_all_that_is_in_it(string included, string name, bool isHidden) =>
        Assert.Equal(isHidden, Hides(FieldMask.Only([included]), name));

    [Theory]
    [InlineData("a.x", true)]
    [InlineData("b.d", true)]
    [InlineData("b.c.y", true)]
    [InlineData("z", true)]
    [InlineData("other", true)]
    [InlineData("a", false)]
    [InlineData("a.y", false)]
    [InlineData("b.c.x", false)]
    public void A_union_hides_what_either_hides(string name, bool isHidden) => Assert.Equal(
        isHidden, Hides(FieldMask.Union(FieldMask.Only(["a", "b.c"]), FieldMask.Without(["a.x", "b.c.y", "z"])), name));

    [Fact]
    public void What_has_to_be_shown_is_shown_whatever_was_hidden()
    {
        FieldMask? mask = FieldMask.Showing(FieldMask.Without(["event", "type"]), ["event.id", "type", "other"]);

        Assert.False(Hides(mask, "event.id"));
        Assert.False(Hides(mask, "type"));
        Assert.True(Hides(mask, "event.start"));
        Assert.Null(FieldMask.Showing(FieldMask.Without(["type"]), ["type"]));
    }

    [Fact]
    public void Masks_that_hide_alike_are_equal_and_hash_alike()
    {
        FieldMask one = FieldMask.Union(FieldMask.Without(["b", "a.x"]), FieldMask.Without(["a.y"]))!;
        FieldMask other = FieldMask.Without(["a.y", "a.x", "b", "b.c"])!;

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, FieldMask.Without(["a.y", "b"]));
        Assert.Equal(FieldMask.Everything, FieldMask.Only([]));
    }

    private static bool Hides(FieldMask? mask, string name) => mask?.Under(name) is { HidesOthers: true };
}
