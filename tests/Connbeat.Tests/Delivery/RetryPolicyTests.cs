using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Delivery;

public sealed class RetryPolicyTests
{
    private static readonly PumpOptions Options = new()
    {
        BulkMaxSize = 10,
        FlushInterval = TimeSpan.Zero,
        Timeout = TimeSpan.FromSeconds(30),
    };

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Waits_begin_small_grow_and_stay_at_their_bound_for_ever()
    {
        TimeSpan[] waits = await WaitsAsync(() => 0.5, new DeliveryResult.RetryLater("busy"), 3000);

        Assert.InRange(waits[0], TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2));
        Assert.All(waits.Zip(waits.Skip(1)), pair => Assert.True(pair.Second >= pair.First, $"{pair}"));
        Assert.All(waits.Skip(7), wait => Assert.Equal(Options.BackoffMax, wait));
    }

    [Fact]
    public async Task Whatever_the_jitter_no_wait_is_beyond_its_bound()
    {
        int seed = System.Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        Random random = new(seed);

        TimeSpan[] waits = await WaitsAsync(random.NextDouble, new DeliveryResult.RetryLater("busy"), 3000);

        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.FromTicks(1), Options.BackoffMax));
        Assert.NotEqual(waits[0], waits[1]);
    }

    [Fact]
    public async Task The_far_end_may_ask_for_a_wait_even_beyond_the_bound()
    {
        TimeSpan hour = TimeSpan.FromHours(1);

        Assert.Equal([hour, hour], await WaitsAsync(() => 0.5, new DeliveryResult.RetryLater("busy", hour), 2));
        Assert.Equal([hour, hour], await WaitsAsync(() => 0.5, new DeliveryResult.Partial([0], hour, []), 2));
    }

    [Fact]
    public async Task A_far_end_that_asks_for_no_wait_gets_the_backoff()
    {
        TimeSpan[] waits = await WaitsAsync(() => 0.5, new DeliveryResult.RetryLater("busy", TimeSpan.Zero), 3);

        Assert.All(waits, wait => Assert.True(wait > TimeSpan.FromSeconds(0.5)));
    }

    /// <summary>The waits between so many failures and a success.</summary>
    private async Task<TimeSpan[]> WaitsAsync(Func<double> random, DeliveryResult failure, int failures)
    {
        int left = failures;
        Task<DeliveryResult> delivered = RetryPolicy.Build(Options, _time, random).ExecuteAsync(
            _ => ValueTask.FromResult(left-- > 0 ? failure : DeliveryResult.Delivered.All),
            TestContext.Current.CancellationToken).AsTask();

        TimeSpan[] waits = new TimeSpan[failures];
        for (int i = 0; i < failures; i++)
        {
            waits[i] = await _time.Armed.ReadAsync(TestContext.Current.CancellationToken);
            _time.Advance(waits[i]);
        }

        Assert.Same(DeliveryResult.Delivered.All, await delivered);
        return waits;
    }
}
