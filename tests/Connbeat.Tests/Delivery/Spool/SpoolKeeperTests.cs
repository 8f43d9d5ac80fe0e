using Connbeat.Delivery.Spool;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Delivery.Spool;

public sealed class SpoolKeeperTests : IDisposable
{
    private static readonly TimeSpan Half = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly SemaphoreSlim _kept = new(0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _kept.Dispose();

    [Fact]
    public async Task It_comes_a_while_after_it_was_asked_and_then_not_again()
    {
        using SpoolKeeper keeper = new(() => _kept.Release() >= 0, Half, _time);
        Assert.False(_time.Armed.TryRead(out _));
        keeper.Wake();
        keeper.Wake();
        Assert.Equal(Half, await _time.Armed.ReadAsync(Token));
        Assert.False(_time.Armed.TryRead(out _));
        Assert.Equal(0, _kept.CurrentCount);
        _time.Advance(Half);

        Assert.True(await _kept.WaitAsync(Patience, Token));
        keeper.Wake();
        Assert.Equal(Half, await _time.Armed.ReadAsync(Token));
    }

    [Fact]
    public async Task Where_something_is_left_to_do_it_comes_again_by_itself()
    {
        using SpoolKeeper keeper = new(() => _kept.Release() < 0, Half, _time);
        keeper.Wake();
        Assert.Equal(Half, await _time.Armed.ReadAsync(Token));
        for (int again = 0; again < 3; again++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await _kept.WaitAsync(Patience, Token));
            Assert.Equal(TimeSpan.FromSeconds(1), await _time.Armed.ReadAsync(Token));
        }
    }

    [Fact]
    public async Task Without_a_pause_it_comes_at_once()
    {
        using SpoolKeeper keeper = new(() => _kept.Release() >= 0, TimeSpan.Zero, _time);
        keeper.Wake();

        Assert.True(await _kept.WaitAsync(Patience, Token));
        Assert.False(_time.Armed.TryRead(out _));
    }
}
