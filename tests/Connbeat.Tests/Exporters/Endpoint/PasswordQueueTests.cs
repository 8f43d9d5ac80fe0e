using Connbeat.Exporters.Endpoint;
using Connbeat.Linux;

namespace Connbeat.Tests.Exporters.Endpoint;

public sealed class PasswordQueueTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly PasswordQueue _queue = new();
    private readonly ManualResetEventSlim _open = new();
    private int _now;
    private int _most;

    public void Dispose()
    {
        _open.Dispose();
        _queue.Dispose();
    }

    [Fact]
    public async Task One_is_checked_at_a_time_and_each_gets_its_own_answer()
    {
        _open.Set();
        bool?[] answers = await Task.WhenAll(
            Enumerable.Range(0, PasswordQueue.MostOfOne).Select(i => CheckAsync("192.0.2.1", i % 2 == 0)));

        Assert.Equal([true, false, true, false, true, false, true, false], answers);
        Assert.Equal(1, _most);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::2:0:0:1", "2001:db8:0:1::1")]
    [InlineData("::", "::", "192.0.2.1")]
    public async Task Whoever_has_many_waiting_is_turned_away_at_once_and_no_other_is(string guesser, string same, string other)
    {
        Task<bool?>[] guesses = [.. Enumerable.Range(0, PasswordQueue.MostOfOne).Select(_ => CheckAsync(guesser, false))];

        Task<bool?> tooMany = CheckAsync(same, true);
        Assert.True(tooMany.IsCompletedSuccessfully);
        Assert.Null(await tooMany);
        Task<bool?> another = CheckAsync(other, true);
        Assert.False(another.IsCompleted);

        _open.Set();
        Assert.All(await Task.WhenAll(guesses), Assert.False);
        Assert.True(await another);
        Assert.True(await CheckAsync(same, true));
    }

    [Fact]
    public async Task More_than_there_are_places_for_are_turned_away_wherever_they_come_from()
    {
        Task<bool?>[] all = [.. Enumerable.Range(0, PasswordQueue.MostOfAll).Select(i => CheckAsync($"192.0.2.{i}", true))];

        Assert.Null(await CheckAsync("198.51.100.7", true));

        _open.Set();
        Assert.All(await Task.WhenAll(all), Assert.True);
    }

    [Fact]
    public async Task Who_goes_away_leaves_the_place_to_others()
    {
        using CancellationTokenSource gone = new();
        Task<bool?> first = CheckAsync("192.0.2.1", true);
        Task<bool?>[] waiting =
            [.. Enumerable.Range(1, PasswordQueue.MostOfOne - 1).Select(_ => CheckAsync("192.0.2.1", true, gone))];
        Assert.Null(await CheckAsync("192.0.2.1", true));

        await gone.CancelAsync();
        foreach (Task<bool?> one in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        }

        Task<bool?> next = CheckAsync("192.0.2.1", true);
        _open.Set();
        Assert.True(await first);
        Assert.True(await next);
    }

    private Task<bool?> CheckAsync(string from, bool answer, CancellationTokenSource? gone = null) => _queue.CheckAsync(
        InetAddress.Parse(from),
        () =>
        {
            _most = Math.Max(_most, Interlocked.Increment(ref _now));
            Assert.True(_open.Wait(Patience));
            Interlocked.Decrement(ref _now);
            return answer;
        },
        gone?.Token ?? TestContext.Current.CancellationToken);
}
