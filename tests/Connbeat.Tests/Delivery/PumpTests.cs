using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;
using static Connbeat.Tests.Delivery.ScriptedOutput;

namespace Connbeat.Tests.Delivery;

public sealed class PumpTests : IDisposable
{
    private static readonly PumpOptions Patient = new()
    {
        BulkMaxSize = 3,
        FlushInterval = TimeSpan.Zero,
        Timeout = TimeSpan.FromSeconds(90),
    };

    private readonly ManualTime _time = new();
    private readonly CollectingLogger<DeliveryHappenings> _logged = new();
    private readonly CancellationTokenSource _deadline = new();
    private readonly DeliveryHappenings _happened;
    private readonly MemoryLog _log;
    private readonly ILogCursor _cursor;

    public PumpTests()
    {
        _happened = new DeliveryHappenings(_logged);
        _log = new MemoryLog(new MemoryLogLimits(1000, 100_000), _time, _happened);
        _cursor = _log.Open("scripted");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OutputLedger Ledger => _cursor.Ledger;

    public void Dispose() => _deadline.Dispose();

    [Fact]
    public async Task A_completed_log_is_drained_in_batches_and_in_order()
    {
        ScriptedOutput output = new();
        _log.Append(1, 7);
        _log.Complete();

        Assert.Equal(PumpEnd.Drained, await Start(output));
        Assert.Equal([[1, 2, 3], [4, 5, 6], [7]], await SentAsync(output, 3));
        Assert.Equal(7, Ledger.Delivered);
        Assert.Empty(_logged.Lines);
    }

    [Fact]
    public async Task A_pump_that_takes_over_begins_with_what_was_not_settled()
    {
        ScriptedOutput before = new(
            Answers(new DeliveryResult.Partial([1, 2], After: null, Rejected: [])), Fails("busy"));
        ScriptedOutput after = new();
        using CancellationTokenSource handOver = new();
        _log.Append(1, 5);
        Pump first = new(before, _cursor, Patient, _time, _happened);
        Task<PumpEnd> pumping = first.RunAsync(_deadline.Token, handOver.Token);
        await WaitOutAsync(1);
        Assert.Equal([[1, 2, 3], [2, 3]], await SentAsync(before, 2));

        await handOver.CancelAsync();
        Assert.Equal(PumpEnd.HandedOver, await pumping);
        _log.Complete();
        Pump second = new(after, _cursor, Patient, _time, _happened, unsettled: first.Unsettled);
        Assert.Equal(PumpEnd.Drained, await second.RunAsync(_deadline.Token));

        Assert.Equal([[2, 3], [4, 5]], await SentAsync(after, 2));
        Assert.Equal((5, 0), (Ledger.Delivered, Ledger.Lost));
    }

    [Fact]
    public async Task A_pump_that_waits_for_events_hands_over_at_once()
    {
        using CancellationTokenSource handOver = new();
        Pump first = new(new ScriptedOutput(), _cursor, Patient, _time, _happened);
        Task<PumpEnd> pumping = first.RunAsync(_deadline.Token, handOver.Token);
        await handOver.CancelAsync();

        Assert.Equal(PumpEnd.HandedOver, await pumping);
        Assert.Null(first.Unsettled);
    }

    [Fact]
    public async Task An_attempt_under_way_is_not_cut_short_by_a_hand_over()
    {
        TaskCompletionSource<DeliveryResult> answer = new();
        ScriptedOutput output = new(_ => answer.Task);
        using CancellationTokenSource handOver = new();
        _log.Append(1, 3);
        Pump first = new(output, _cursor, Patient, _time, _happened);
        Task<PumpEnd> pumping = first.RunAsync(_deadline.Token, handOver.Token);
        await SentAsync(output, 1);
        await handOver.CancelAsync();
        answer.SetResult(DeliveryResult.Delivered.All);

        Assert.Equal(PumpEnd.HandedOver, await pumping);
        Assert.Equal((3, null), (Ledger.Delivered, first.Unsettled));
    }

    [Fact]
    public async Task A_failed_batch_is_tried_again_before_anything_else_is_sent()
    {
        ScriptedOutput output = new(Fails("busy"), Fails("still busy"), Throws(new IOException("reset by peer")));
        _log.Append(1, 5);
        _log.Complete();
        Task<PumpEnd> pump = Start(output);
        await WaitOutAsync(3);

        Assert.Equal(PumpEnd.Drained, await pump);
        Assert.Equal([[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3], [4, 5]], await SentAsync(output, 5));
        Assert.Equal((5, 0), (Ledger.Delivered, Ledger.Lost));
        Assert.Equal(
            [
                "Warning Output scripted is unwell: busy. Its events wait and are tried again.",
                "Information Output scripted is well again after 3 failed attempts.",
            ],
            _logged.Lines);
        Assert.Equal(1, Ledger.Outages);
    }

    [Fact]
    public async Task An_output_that_is_down_is_tried_with_one_event_and_then_with_more_and_more()
    {
        ScriptedOutput output = new([.. Enumerable.Repeat(Fails("down"), 6)]);
        _log.Append(1, 9);
        _log.Complete();
        Task<PumpEnd> pump = Start(output, Patient with { BulkMaxSize = 8 });
        await WaitOutAsync(5);
        Assert.True(Ledger.IsDown);
        await WaitOutAsync(1);

        Assert.Equal(PumpEnd.Drained, await pump);
        Assert.False(Ledger.IsDown);
        long[][] sent = await SentAsync(output, 11);
        Assert.All(sent[..5], batch => Assert.Equal(8, batch.Length));
        Assert.Equal([[1], [1], [2, 3], [4, 5, 6, 7], [8], [9]], sent[5..]);
        Assert.Equal((9, 0), (Ledger.Delivered, Ledger.Lost));
        Assert.Equal(
            [
                "Warning Output scripted is unwell: down. Its events wait and are tried again.",
                "Warning Output scripted has failed 5 times in succession, the last time: down. Until it answers it is " +
                    "tried with one event at a time.",
                "Information Output scripted is well again after 6 failed attempts.",
            ],
            _logged.Lines);
    }

    [Fact]
    public async Task What_may_still_be_writing_is_offered_the_same_batch_however_often_it_fails()
    {
        ScriptedOutput output = new([.. Enumerable.Repeat(Fails("hangs"), 8)]) { GoesOnLate = true };
        _log.Append(1, 3);
        _log.Complete();
        Task<PumpEnd> pump = Start(output);
        await WaitOutAsync(8);

        Assert.Equal(PumpEnd.Drained, await pump);
        Assert.All(await SentAsync(output, 9), batch => Assert.Equal([1, 2, 3], batch));
        Assert.Single(output.Lists.Distinct(ReferenceEqualityComparer.Instance));
    }

    [Fact]
    public async Task Progress_in_small_steps_is_no_reason_to_take_smaller_ones()
    {
        DeliveryResult partly = new DeliveryResult.Partial([1, 2], null, []), lessPartly = new DeliveryResult.Partial([1], null, []);
        ScriptedOutput output = new(
            Answers(partly), Answers(lessPartly), Fails("busy"), Answers(DeliveryResult.Delivered.All),
            Answers(partly), Answers(lessPartly), Fails("busy"), Answers(DeliveryResult.Delivered.All));
        _log.Append(1, 9);
        _log.Complete();
        Task<PumpEnd> pump = Start(output);
        await WaitOutAsync(6);

        Assert.Equal(PumpEnd.Drained, await pump);
        Assert.Equal(
            [[1, 2, 3], [2, 3], [3], [3], [4, 5, 6], [5, 6], [6], [6], [7, 8, 9]], await SentAsync(output, 9));
    }

    [Fact]
    public async Task The_wait_that_the_far_end_asks_for_is_kept_to()
    {
        ScriptedOutput output = new(Fails("slow down", TimeSpan.FromSeconds(120)));
        _log.Append(1, 1);
        _log.Complete();
        Task<PumpEnd> pump = Start(output);

        Assert.Equal(TimeSpan.FromSeconds(120), await BackoffAsync());
        _time.Advance(TimeSpan.FromSeconds(119));
        Assert.Single(await SentAsync(output, 1));
        Assert.False(output.Sent.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PumpEnd.Drained, await pump);
    }

    [Fact]
    public async Task Of_a_batch_that_went_in_part_only_the_named_are_tried_again()
    {
        ScriptedOutput output = new(
            Answers(new DeliveryResult.Partial([2, 0], null, [new Rejection(1, "field too long")])),
            Answers(new DeliveryResult.Partial([1], null, [])));
        _log.Append(1, 4);
        _log.Complete();
        Task<PumpEnd> pump = Start(output);
        await WaitOutAsync(2);

        Assert.Equal(PumpEnd.Drained, await pump);
        Assert.Equal([[1, 2, 3], [1, 3], [3], [4]], await SentAsync(output, 4));
        Assert.Equal((3, 1), (Ledger.Delivered, Ledger.LostTo(LossReason.Rejected)));
        Assert.Equal(
            [new Loss("scripted", LossReason.Rejected, 1, Encoded.Timestamp(2), Encoded.Timestamp(2))],
            _log.TakeLosses());
    }

    [Fact]
    public async Task What_is_delivered_of_a_batch_is_acknowledged_before_the_rest_is()
    {
        ScriptedOutput output = new(Answers(new DeliveryResult.Partial([2], null, [])));
        _log.Append(1, 3);
        Task<PumpEnd> pump = Start(output);
        await BackoffAsync();

        Assert.Equal((2, 1), (Ledger.Delivered, Ledger.Waiting));
        await _deadline.CancelAsync();
        Assert.Equal(PumpEnd.Abandoned, await pump);
    }

    [Fact]
    public async Task Rejections_are_told_once_until_a_batch_goes_without()
    {
        Rejection[] rejections = [new(0, "no"), new(2, "nor")];
        DeliveryResult rejected = new DeliveryResult.Partial([], null, rejections);
        ScriptedOutput output = new(
            Answers(rejected), Answers(rejected), Answers(DeliveryResult.Delivered.All), Answers(rejected));
        _log.Append(1, 12);
        _log.Complete();

        Assert.Equal(PumpEnd.Drained, await Start(output));
        Assert.Equal((6, 6), (Ledger.Delivered, Ledger.LostTo(LossReason.Rejected)));
        string told = "Error Output scripted rejects events, 2 to begin with; the first: no. They are dropped.";
        Assert.Equal([told, told], _logged.Lines);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task After_the_last_attempt_that_is_allowed_the_batch_is_lost_and_the_next_one_sent(int maxRetries)
    {
        ScriptedOutput output = new([.. Enumerable.Repeat(Fails("down"), maxRetries + 1)]);
        _log.Append(1, 4);
        _log.Complete();
        Task<PumpEnd> pump = Start(output, Patient with { MaxRetries = maxRetries });
        await WaitOutAsync(maxRetries);

        Assert.Equal(PumpEnd.Drained, await pump);
        Assert.Equal((1, 3), (Ledger.Delivered, Ledger.LostTo(LossReason.MaxRetries)));
        Assert.Equal(maxRetries + 2, (await SentAsync(output, maxRetries + 2)).Length);
        Assert.Contains(
            $"Error Output scripted gives up events, 3 to begin with: max_retries is {maxRetries}. They are dropped.", _logged.Lines);
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_a_failure()
    {
        ScriptedOutput output = new(Hangs);
        _log.Append(1, 1);
        _log.Complete();
        Task<PumpEnd> pump = Start(output);
        await SentAsync(output, 1);
        _time.Advance(Patient.Timeout);
        await WaitOutAsync(1);

        Assert.Equal(PumpEnd.Drained, await pump);
        Assert.Equal(1, Ledger.Delivered);
        Assert.Contains(_logged.Lines, line => line.Contains("no answer within 90 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reader_that_has_gone_ends_the_pump_and_what_waited_is_counted()
    {
        ScriptedOutput output = new(Throws(new OutputClosedException("scripted", new IOException("Broken pipe"))));
        _log.Append(1, 5);

        Assert.Equal(PumpEnd.OutputClosed, await Start(output));
        Assert.Equal(5, Ledger.LostTo(LossReason.OutputClosed));
        Assert.Equal(
            ["Error Output scripted lost 5 events that were not yet delivered: output_closed."], _logged.Lines);
    }

    [Fact]
    public async Task The_deadline_ends_an_attempt_and_what_is_left_is_counted()
    {
        ScriptedOutput output = new(Answers(DeliveryResult.Delivered.All), Hangs);
        _log.Append(1, 8);
        _log.Complete();
        Task<PumpEnd> pump = Start(output);
        await SentAsync(output, 2);
        await _deadline.CancelAsync();

        Assert.Equal(PumpEnd.Abandoned, await pump);
        Assert.Equal((3, 0, 5), (Ledger.Delivered, Ledger.Waiting, Ledger.LostTo(LossReason.Shutdown)));
        Assert.Equal(["Error Output scripted lost 5 events that were not yet delivered: shutdown."], _logged.Lines);
    }

    [Fact]
    public async Task The_deadline_ends_a_wait_between_attempts()
    {
        ScriptedOutput output = new(Fails("down"));
        _log.Append(1, 2);
        _log.Complete();
        Task<PumpEnd> pump = Start(output);
        await BackoffAsync();
        await _deadline.CancelAsync();

        Assert.Equal(PumpEnd.Abandoned, await pump);
        Assert.Equal(2, Ledger.LostTo(LossReason.Shutdown));
    }

    [Fact]
    public void Every_kind_of_result_is_known_to_the_pump() =>
        Assert.Equal(
            ["Delivered", "Partial", "Refused", "RetryLater"],
            typeof(DeliveryResult).GetNestedTypes().Select(type => type.Name).Order());

    private Task<PumpEnd> Start(ScriptedOutput output, PumpOptions? options = null) =>
        new Pump(output, _cursor, options ?? Patient, _time, _happened).RunAsync(_deadline.Token);

    private static async Task<long[][]> SentAsync(ScriptedOutput output, int attempts)
    {
        long[][] sent = new long[attempts][];
        for (int i = 0; i < attempts; i++)
        {
            sent[i] = await output.Sent.ReadAsync(Token);
        }

        return sent;
    }

    /// <summary>The next wait between attempts; the timers of the attempts' own timeouts are passed over.</summary>
    private async Task<TimeSpan> BackoffAsync()
    {
        TimeSpan wait;
        do
        {
            wait = await _time.Armed.ReadAsync(Token);
        }
        while (wait == Patient.Timeout);

        return wait;
    }

    private async Task WaitOutAsync(int waits)
    {
        for (int i = 0; i < waits; i++)
        {
            _time.Advance(await BackoffAsync());
        }
    }
}
