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
    public async Task The_bound_of_waits_doubles_up_to_its_own_and_stays_there_for_ever()
    {
        TimeSpan[] waits = await WaitsAsync(() => 1, new DeliveryResult.RetryLater("busy"), 3000);

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], waits[..8].Select(wait => wait.TotalSeconds));
        Assert.All(waits.Skip(7), wait => Assert.Equal(Options.BackoffMax, wait));
    }

    /// <summary>Full jitter: any part of the bound is as likely as any other.</summary>
    [Fact]
    public async Task A_wait_is_any_part_of_its_bound_and_never_nothing()
    {
        TimeSpan[] quarters = await WaitsAsync(() => 0.25, new DeliveryResult.RetryLater("busy"), 4);
        Assert.Equal([0.25, 0.5, 1, 2], quarters.Select(wait => wait.TotalSeconds));

        TimeSpan[] shortest = await WaitsAsync(() => 0, new DeliveryResult.RetryLater("busy"), 4);
        Assert.All(shortest, wait => Assert.Equal(TimeSpan.FromMilliseconds(1), wait));
    }

    [Fact]
    public async Task Whatever_the_jitter_no_wait_is_beyond_its_bound()
    {
        int seed = System.Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        Random random = new(seed);

        TimeSpan[] waits = await WaitsAsync(random.NextDouble, new DeliveryResult.RetryLater("busy"), 3000);

        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.FromTicks(1), Options.BackoffMax));
        Assert.InRange(waits.Skip(7).Average(wait => wait.TotalSeconds), 27, 33);
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

        Assert.Equal([0.5, 1, 2], waits.Select(wait => wait.TotalSeconds));
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
