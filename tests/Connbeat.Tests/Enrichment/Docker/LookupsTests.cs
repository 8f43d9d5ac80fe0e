using Connbeat.Enrichment.Docker;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment.Docker;

public sealed class LookupsTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Lookups _lookups;

    public LookupsTests() => _lookups = new Lookups(3, _time);

    public void Dispose() => _lookups.Dispose();

    [Fact]
    public async Task A_container_waits_once_however_often_it_is_asked_for()
    {
        Request("a", "b", "a", "a");

        Assert.Equal(["a", "b"], await TakeAsync());
    }

    [Fact]
    public async Task What_is_asked_for_while_it_is_looked_up_is_looked_up_again_afterwards()
    {
        Request("a");
        Assert.Equal(["a"], await TakeAsync());

        Request("a", "a");

        Assert.Empty(await TakeAsync());
        _lookups.Found("a");
        Assert.Equal(["a"], await TakeAsync());
        Request("a");
        _lookups.Unknown("a");
        Assert.Equal(["a"], await TakeAsync());
        Request("a");
        _lookups.Failed("a");
        Assert.Equal(["a"], await TakeAsync());
    }

    [Fact]
    public async Task A_container_that_was_found_is_refreshed_and_another_is_not()
    {
        Request("a", "b");
        await TakeAsync();
        _lookups.Found("a");
        _lookups.Unknown("b");

        _lookups.Refresh("a");
        _lookups.Refresh("b");
        _lookups.Refresh("c");

        Assert.Equal(["a"], await TakeAsync());
        _lookups.Found("a");
        _lookups.RefreshAll();
        Assert.Equal(["a"], await TakeAsync());
    }

    [Fact]
    public async Task A_container_that_was_forgotten_is_not_refreshed_but_may_be_asked_for()
    {
        Request("a");
        await TakeAsync();
        _lookups.Found("a");

        _lookups.Forget("a");
        _lookups.Refresh("a");
        _lookups.RefreshAll();

        Assert.Empty(await TakeAsync());
        Request("a");
        Assert.Equal(["a"], await TakeAsync());
    }

    [Fact]
    public async Task A_failure_is_tried_again_later_and_later()
    {
        Request("a");
        await TakeAsync();
        foreach (int seconds in new[] { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900 })
        {
            _lookups.Failed("a");
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.Empty(await TakeAsync());
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.Equal(["a"], await TakeAsync());
        }

        _lookups.Found("a");
        _lookups.Refresh("a");
        await TakeAsync();
        _lookups.Failed("a");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a"], await TakeAsync());
    }

    [Fact]
    public async Task A_failure_that_is_asked_for_again_is_not_tried_twice()
    {
        Request("a");
        await TakeAsync();
        _lookups.Failed("a");

        _lookups.RefreshAll();
        Assert.Equal(["a"], await TakeAsync());
        _lookups.Found("a");
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task Where_nobody_answers_all_that_wait_have_failed()
    {
        Request("a", "b", "c");
        Assert.Equal("a", await _lookups.TakeAsync(TestContext.Current.CancellationToken));

        Assert.Equal(["b", "c"], _lookups.FailWaiting());

        Assert.Empty(await TakeAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["b", "c"], await TakeAsync());
    }

    [Fact]
    public async Task When_there_is_no_room_the_one_at_rest_that_was_asked_for_longest_ago_goes()
    {
        Request("a", "b", "c");
        await TakeAsync();
        _lookups.Found("b");
        _lookups.Found("a");
        Request("a");
        await TakeAsync();
        _lookups.Found("a");

        Request("d");
        Assert.Equal(["d"], await TakeAsync());
        _lookups.Refresh("b");
        Assert.Empty(await TakeAsync());
        _lookups.Refresh("a");
        Assert.Equal(["a"], await TakeAsync());
    }

    [Fact]
    public async Task When_all_are_under_way_there_is_no_room_for_another()
    {
        Request("a", "b", "c");

        Assert.False(_lookups.Request("d"));

        Assert.True(_lookups.Request("a"));
        Assert.Equal(["a", "b", "c"], await TakeAsync());
        Assert.False(_lookups.Request("d"));
        _lookups.Unknown("b");
        Assert.True(_lookups.Request("d"));
    }

    [Fact]
    public async Task What_is_disposed_of_tries_nothing_any_more()
    {
        Request("a", "b");
        await TakeAsync();
        _lookups.Failed("a");

        _lookups.Dispose();
        _lookups.Failed("b");
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Empty(await TakeAsync());
    }

    private void Request(params string[] ids) => Assert.All(ids, id => Assert.True(_lookups.Request(id)));

    /// <summary>Takes all that wait.</summary>
    private async Task<List<string>> TakeAsync()
    {
        List<string> taken = [];
        using CancellationTokenSource stop = new();
        for (Task<string> next = Next(); next.IsCompleted; next = Next())
        {
            taken.Add(await next);
        }

        await stop.CancelAsync();
        return taken;

        Task<string> Next() => _lookups.TakeAsync(stop.Token).AsTask();
    }
}
