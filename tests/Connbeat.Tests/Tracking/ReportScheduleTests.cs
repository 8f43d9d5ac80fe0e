using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

public sealed class ReportScheduleTests
{
    private static readonly TimeSpan Ten = TimeSpan.FromSeconds(10);

    [Fact]
    public void The_pause_doubles_up_to_its_limit()
    {
        ReportSchedule schedule = new(Ten, TimeSpan.FromSeconds(35));
        Connection connection = Entries.Connection(Entries.Socket(7));
        schedule.Begin(connection, 0, spread: false);
        List<long> reports = [];
        for (int report = 0; report < 5; report++)
        {
            reports.Add(connection.NextReport / Tracker.Second);
            schedule.Advance(connection, connection.NextReport);
        }

        Assert.Equal([10, 30, 65, 100, 135], reports);
    }

    [Fact]
    public void A_limit_below_the_interval_is_the_interval()
    {
        ReportSchedule schedule = new(Ten, TimeSpan.FromSeconds(1));
        Connection connection = Entries.Connection(Entries.Socket(7));
        schedule.Begin(connection, 0, spread: false);
        schedule.Advance(connection, 10 * Tracker.Second);

        Assert.Equal(20 * Tracker.Second, connection.NextReport);
    }

    [Fact]
    public void Those_found_together_are_spread_evenly_over_one_interval()
    {
        ReportSchedule schedule = new(Ten, Ten);
        int[] perSecond = new int[10];
        for (ulong cookie = 1; cookie <= 10_000; cookie++)
        {
            Connection connection = Entries.Connection(Entries.Socket(cookie));
            schedule.Begin(connection, 5, spread: true);
            perSecond[(connection.NextReport - 5 - (10 * Tracker.Second)) / Tracker.Second]++;
        }

        Assert.All(perSecond, count => Assert.InRange(count, 900, 1_100));
    }

    [Fact]
    public void An_interval_of_zero_means_never()
    {
        ReportSchedule schedule = new(TimeSpan.Zero, Ten);
        Connection connection = Entries.Connection(Entries.Socket(7));
        schedule.Begin(connection, 0, spread: true);
        schedule.Advance(connection, 0);

        Assert.Equal(Connection.Never, connection.NextReport);
    }
}
