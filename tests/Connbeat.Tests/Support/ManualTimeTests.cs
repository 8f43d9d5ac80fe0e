namespace Connbeat.Tests.Support;

public sealed class ManualTimeTests
{
    [Fact]
    public void Timers_fire_in_the_order_of_their_times_and_see_the_time_they_were_set_for()
    {
        ManualTime time = new();
        DateTimeOffset start = time.GetUtcNow();
        List<string> fired = [];
        void Note(object? name) => fired.Add($"{name} {(time.GetUtcNow() - start).TotalSeconds}");

        using ITimer late = time.CreateTimer(Note, "late", TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        using ITimer often = time.CreateTimer(Note, "often", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        using ITimer never = time.CreateTimer(Note, "never", Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(["often 2", "often 4", "late 5", "often 6"], fired);
        Assert.Equal(TimeSpan.FromSeconds(6), time.GetElapsedTime(0));
    }
}
