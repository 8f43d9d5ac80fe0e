using Connbeat.Enrichment;

namespace Connbeat.Tests.Enrichment;

public sealed class UserNamesTests
{
    [Fact]
    public void A_name_is_asked_for_once_a_minute()
    {
        StandingClock clock = new();
        int asked = 0;
        UserNames users = new(clock, uid => $"{uid} asked {++asked}");

        Assert.Equal("33 asked 1", users.Of(33));
        clock.Now = TimeSpan.FromSeconds(59.9).Ticks;
        Assert.Equal("33 asked 1", users.Of(33));
        clock.Now = TimeSpan.FromSeconds(60).Ticks;
        Assert.Equal("33 asked 2", users.Of(33));
    }

    [Fact]
    public void A_user_without_a_name_is_remembered_too()
    {
        int asked = 0;
        UserNames users = new(new StandingClock(), _ => asked++ == 0 ? null : "too late");

        Assert.Null(users.Of(4711));
        Assert.Null(users.Of(4711));
    }

    [Fact]
    public void What_one_has_learned_others_know_without_asking()
    {
        UserNames users = new(new StandingClock(), uid => $"{uid}");

        Assert.Null(users.LastOf(33));
        users.Of(33);
        Assert.Equal("33", users.LastOf(33));
    }

    [Fact]
    public void The_system_knows_root() => Assert.Equal("root", new UserNames(new StandingClock()).Of(0));
}
