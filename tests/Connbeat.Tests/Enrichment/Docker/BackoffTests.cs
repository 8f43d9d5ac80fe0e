using Connbeat.Enrichment.Docker;

namespace Connbeat.Tests.Enrichment.Docker;

public sealed class BackoffTests
{
    [Fact]
    public void The_wait_doubles_from_a_second_up_to_the_longest() =>
        Assert.Equal(
            [1, 2, 4, 8, 16, 32, 60, 60],
            Enumerable.Range(1, 8).Select(failures => Backoff.After(failures, TimeSpan.FromMinutes(1)).TotalSeconds));

    [Fact]
    public void Failures_without_end_are_no_reason_to_fail() =>
        Assert.Equal(TimeSpan.FromMinutes(15), Backoff.After(int.MaxValue, TimeSpan.FromMinutes(15)));
}
