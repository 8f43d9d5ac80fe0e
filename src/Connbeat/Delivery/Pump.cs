using Connbeat.Config;
using Connbeat.Telemetry;
using Polly;
using Polly.Timeout;

namespace Connbeat.Delivery;

/// <summary>
/// Feeds one output from its cursor: a batch at a time, in order, tried until the output has it or it is counted lost.
/// </summary>
/// <param name="output">The output.</param>
/// <param name="cursor">Its place in the log.</param>
/// <param name="options">Batches, time-outs, retries.</param>
/// <param name="time">The clock.</param>
/// <param name="happened">Takes what is worth telling.</param>
/// <param name="deadLetters">Keeps what the output will never get; null: it is dropped.</param>
/// <param name="unsettled">What a pump before this one had read of the cursor and not settled.</param>
internal sealed class Pump(
    IOutput output,
    ILogCursor cursor,
    PumpOptions options,
    TimeProvider time,
    DeliveryHappenings happened,
    DeadLetterFile? deadLetters = null,
    PendingBatch? unsettled = null)
{
    /// <summary>Bytes of JSON per batch; one event is always sent, however large.</summary>
    private const long BulkMaxBytes = 8 * 1024 * 1024;

    private readonly OutputHealth _health = new(cursor.Ledger, deadLetters?.Path, happened);

    private readonly ResiliencePipeline<DeliveryResult> _attempts =
        RetryPolicy.Build(options, time, Random.Shared.NextDouble);

    private readonly ResiliencePipeline _attempt =
        new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(options.Timeout).Build();

    /// <summary>What was read and is not settled; for the pump that takes over.</summary>
    public PendingBatch? Unsettled { get; private set; } = unsettled;

    /// <summary>Runs until the log is drained, the output's reader has gone, or a token says so.</summary>
    /// <param name="abandon">Stops at once; what waits is given up as the log does.</param>
    /// <param name="handOver">
    /// Stops after the attempt under way, and keeps the cursor open for a pump that takes over, with another output or
    /// other options.
    /// </param>
    public async Task<PumpEnd> RunAsync(CancellationToken abandon, CancellationToken handOver = default)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(abandon, handOver);
        try
        {
            while (Unsettled is not null || await ReadAsync(either.Token))
            {
                await DeliverAsync(Unsettled!, either.Token, abandon);
                Unsettled = null;
            }

            return Close(PumpEnd.Drained);
        }
        catch (OutputClosedException)
        {
            return Close(PumpEnd.OutputClosed);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            return Close(PumpEnd.Abandoned);
        }
        catch (OperationCanceledException) when (handOver.IsCancellationRequested)
        {
            return PumpEnd.HandedOver;
        }
    }

    /// <returns>False where the log is drained.</returns>
    private async ValueTask<bool> ReadAsync(CancellationToken stop)
    {
        EventBatch? batch = await cursor.ReadAsync(options.BulkMaxSize, BulkMaxBytes, options.FlushInterval, stop);
        Unsettled = batch is null ? null : new PendingBatch(cursor, batch);
        return batch is not null;
    }

    /// <param name="batch">The batch.</param>
    /// <param name="stop">Ends the waiting between attempts.</param>
    /// <param name="abandon">Ends an attempt too.</param>
    private async ValueTask DeliverAsync(PendingBatch batch, CancellationToken stop, CancellationToken abandon)
    {
        DeliveryResult last = await _attempts.ExecuteAsync(
            static async (state, stop) => await state.Pump.AttemptAsync(state.Batch, stop, state.Abandon),
            (Pump: this, Batch: batch, Abandon: abandon),
            stop);

        if (!batch.IsSettled)
        {
            stop.ThrowIfCancellationRequested(); // the retries were cut short, not used up
            await GiveUpAsync(batch, last, abandon);
        }

        _health.BatchSettled();
    }

    /// <summary>Sends the parts of a batch, until one of them has to wait.</summary>
    private async ValueTask<DeliveryResult> AttemptAsync(
        PendingBatch batch, CancellationToken stop, CancellationToken abandon)
    {
        while (true)
        {
            IReadOnlyList<EncodedEvent> part = batch.Next(output.GoesOnLate ? int.MaxValue : _health.Limit);
            DeliveryResult result = await SendAsync(part, abandon);
            if (result is DeliveryResult.Refused refused && part.Count == 1)
            {
                result = new DeliveryResult.Partial([], After: null, [new Rejection(0, refused.Reason)]);
            }

            _health.Answered(result, part.Count);
            if (result is DeliveryResult.Partial { Rejected: { Count: > 0 } rejected })
            {
                await KeepAsync([.. rejected.Select(one => new DeadLetter(part[one.Position], one.Reason))], abandon);
            }

            batch.Settle(result);
            if (batch.IsSettled || RetryPolicy.IsUnfinished(result))
            {
                return result;
            }

            stop.ThrowIfCancellationRequested();
        }
    }

    private async ValueTask GiveUpAsync(PendingBatch batch, DeliveryResult last, CancellationToken abandon)
    {
        _health.GaveUp(batch.Events.Count, options.MaxRetries);
        string reason = $"given up after {options.MaxRetries} retries";
        reason = last is DeliveryResult.RetryLater later ? $"{reason}: {later.Reason}" : reason;
        await KeepAsync([.. batch.Events.Select(@event => new DeadLetter(@event, reason))], abandon);
        batch.Lose(LossReason.MaxRetries);
    }

    private ValueTask KeepAsync(IReadOnlyList<DeadLetter> letters, CancellationToken abandon) =>
        deadLetters?.KeepAsync(letters, abandon) ?? ValueTask.CompletedTask;

    private async ValueTask<DeliveryResult> SendAsync(IReadOnlyList<EncodedEvent> events, CancellationToken abandon)
    {
        try
        {
            return await _attempt.ExecuteAsync(
                static (state, token) => state.Output.SendAsync(state.Events, token),
                (Output: output, Events: events),
                abandon);
        }
        catch (TimeoutRejectedException)
        {
            return new DeliveryResult.RetryLater($"no answer within {options.Timeout.TotalSeconds} s");
        }
        catch (Exception fault) when (fault is not OutputClosedException && !abandon.IsCancellationRequested)
        {
            return new DeliveryResult.RetryLater(fault.Message);
        }
    }

    private PumpEnd Close(PumpEnd end)
    {
        LossReason reason = end == PumpEnd.OutputClosed ? LossReason.OutputClosed : LossReason.Shutdown;
        long lost = cursor.Close(reason);
        if (lost > 0)
        {
            happened.EventsAbandoned(cursor.Ledger, lost, reason);
        }

        return end;
    }
}

/// <summary>Why a pump has ended.</summary>
internal enum PumpEnd
{
    /// <summary>The log was completed, and every event of it is delivered or counted lost.</summary>
    Drained,

    /// <summary>The deadline came first; what waited is counted lost, or kept where the log is on disk.</summary>
    Abandoned,

    /// <summary>Nobody reads the output any more.</summary>
    OutputClosed,

    /// <summary>Another pump takes over; nothing is lost.</summary>
    HandedOver,
}
