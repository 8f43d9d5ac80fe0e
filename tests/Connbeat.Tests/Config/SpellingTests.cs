using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class SpellingTests
{
    private static readonly string[] Known = ["name", "tags", "poll_interval", "aggregation", "aggregation_max"];

    [Theory]
    [InlineData("nam", "name")]
    [InlineData("tag", "tags")]
    [InlineData("poll-interval", "poll_interval")]
    [InlineData("agregaton", "aggregation")]
    [InlineData("fame", "name")]
    [InlineData("Name", "name")]
    [InlineData("AGGREGATION", "aggregation")]
    [InlineData("flags", null)]
    [InlineData("interval", null)]
    [InlineData("", null)]
    public void Only_a_near_name_is_suggested(string written, string? expected) =>
        Assert.Equal(expected, Spelling.Nearest(written, Known));
}
