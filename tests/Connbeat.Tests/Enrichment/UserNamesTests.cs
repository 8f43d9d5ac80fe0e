using Connbeat.Enrichment;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment;

public sealed class UserNamesTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly CollectingLogger<EnrichmentHappenings> _log = new();
    private readonly SemaphoreSlim _answers = new(0);
    private int _asked;

    public void Dispose() => _answers.Release(1_000);

    [Fact]
    public async Task Whoever_learns_a_name_is_not_held_up_by_a_directory_that_hangs()
    {
        UserNames users = Hanging();

        users.Learn(4_711);
        users.Learn(33);
        Assert.Null(users.LastOf(4_711));
        Assert.Equal("www-data", users.LastOf(33));

        _answers.Release();
        await RunningLoop.UntilAsync(() => users.LastOf(4_711) == "4711 asked 1");
    }

    [Fact]
    public async Task Only_one_user_is_asked_for_at_a_time_and_nobody_twice()
    {
        UserNames users = Hanging();
        foreach (uint uid in (uint[])[1_001, 1_002, 1_001, 1_002])
        {
            users.Learn(uid);
            _time.Advance(TimeSpan.FromMinutes(2));
        }

        await RunningLoop.UntilAsync(() => Volatile.Read(ref _asked) > 0);
        Assert.Equal(1, Volatile.Read(ref _asked));
        _answers.Release(100);
        await RunningLoop.UntilAsync(() => users.LastOf(1_002) is not null);
        Assert.Equal(("1001 asked 1", "1002 asked 2"), (users.LastOf(1_001), users.LastOf(1_002)));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task A_name_is_asked_for_once_a_minute_and_kept_until_there_is_another()
    {
        UserNames users = Hanging();
        _answers.Release();
        Assert.Equal("4711 asked 1", users.Of(4_711));
        _time.Advance(TimeSpan.FromSeconds(59.9));
        Assert.Equal("4711 asked 1", users.Of(4_711));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("4711 asked 1", users.Of(4_711));

        _answers.Release();
        await RunningLoop.UntilAsync(() => users.LastOf(4_711) == "4711 asked 2");
    }

    [Fact]
    public void A_user_without_a_name_is_remembered_too()
    {
        UserNames users = new(_time, _ => null, _ => _asked++ == 0 ? null : "too late");

        Assert.Null(users.Of(4_711));
        Assert.Null(users.Of(4_711));
    }

    [Fact]
    public void All_who_wait_wait_no_longer_together_than_the_patience_of_a_minute()
    {
        UserNames users = Hanging(TimeSpan.FromMilliseconds(1));
        for (uint uid = 1_000; uid < 2_000; uid++)
        {
            Assert.Null(users.Of(uid));
        }

        Assert.Equal(1_000, users.Count);
    }

    [Fact]
    public async Task Nobody_waits_for_a_directory_that_hangs_and_that_is_told_once_until_it_is_well()
    {
        UserNames users = Hanging(TimeSpan.FromHours(1));
        users.Learn(4_711);
        await RunningLoop.UntilAsync(() => Volatile.Read(ref _asked) == 1);
        Task<string?> waits = Task.Run(() => users.Of(4_711), TestContext.Current.CancellationToken);
        _time.Advance(UserNames.Slow);
        Assert.Null(await waits.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Null(users.Of(4_712));

        _answers.Release(); // late, so that it is still not well
        await RunningLoop.UntilAsync(() => Volatile.Read(ref _asked) == 2);
        _time.Advance(UserNames.Slow);
        Assert.StartsWith("Warning The system was asked for the name of uid 4711 and has not answered for 5 s.", Assert.Single(_log.Lines));
        _answers.Release();
        await RunningLoop.UntilAsync(() => users.LastOf(4_712) is not null);
        users.Learn(4_713);
        _answers.Release();
        await RunningLoop.UntilAsync(() => _log.Lines.Count == 2);

        Assert.Equal("Information The system answers again when it is asked for the names of users.", _log.Lines[1]);
        Assert.Equal("4713 asked 3", users.LastOf(4_713));
    }

    [Fact]
    public async Task The_user_that_was_learned_first_is_forgotten_first()
    {
        UserNames users = Hanging();
        for (uint uid = 10_000; uid <= 10_000 + UserNames.Most; uid++)
        {
            users.Learn(uid);
        }

        Assert.Equal(UserNames.Most, users.Count);
        _answers.Release(2 * UserNames.Most);
        await RunningLoop.UntilAsync(() => users.LastOf(10_000 + UserNames.Most - 1) is not null);
        Assert.Null(users.LastOf(10_000));
        Assert.NotNull(users.LastOf(10_001));
    }

    [Fact]
    public void The_system_knows_root() => Assert.Equal("root", UserNames.OfSystem(new StandingClock()).Of(0));

    /// <summary>Names whose directory answers as often as <see cref="_answers"/> was released.</summary>
    private UserNames Hanging(TimeSpan? patience = null) =>
        new(
            _time, uid => uid == 33 ? "www-data" : null,
            uid =>
            {
                int asked = Interlocked.Increment(ref _asked);
                _answers.Wait();
                return $"{uid} asked {asked}";
            },
            new EnrichmentHappenings(_log))
        {
            Patience = patience ?? TimeSpan.FromSeconds(30),
        };
}
