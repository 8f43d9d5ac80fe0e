using Connbeat.Config;
using Connbeat.Telemetry;
using Polly;
using Polly.Timeout;

namespace Connbeat.Delivery;

/// <summary>
/// Feeds one output from its cursor: a batch at a time, in order, tried until the output has it or it is counted lost.
/// </summary>
internal sealed class Pump(
    IOutput output, ILogCursor cursor, PumpOptions options, TimeProvider time, DeliveryHappenings happened)
{
    /// <summary>Bytes of JSON per batch; one event is always sent, however large.</summary>
    private const long BulkMaxBytes = 8 * 1024 * 1024;

    private readonly OutputHealth _health = new(cursor.Ledger, happened);

    private readonly ResiliencePipeline<DeliveryResult> _attempts =
        RetryPolicy.Build(options, time, Random.Shared.NextDouble);

    private readonly ResiliencePipeline _attempt =
        new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(options.Timeout).Build();

    /// <summary>Runs until the log is drained, the output's reader has gone, or the token says abandon.</summary>
    public async Task<PumpEnd> RunAsync(CancellationToken abandon)
    {
        try
        {
            while (await cursor.ReadAsync(
                options.BulkMaxSize, BulkMaxBytes, options.FlushInterval, abandon) is { } batch)
            {
                await DeliverAsync(new PendingBatch(cursor, batch), abandon);
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
    }

    private async ValueTask DeliverAsync(PendingBatch batch, CancellationToken abandon)
    {
        await _attempts.ExecuteAsync(
            static async (state, token) => await state.Pump.AttemptAsync(state.Batch, token),
            (Pump: this, Batch: batch),
            abandon);

        if (batch.Events.Count > 0)
        {
            _health.GaveUp(batch.Events.Count, options.MaxRetries);
            batch.Lose(LossReason.MaxRetries);
        }
    }

    private async ValueTask<DeliveryResult> AttemptAsync(PendingBatch batch, CancellationToken abandon)
    {
        DeliveryResult result = await SendAsync(batch.Events, abandon);
        batch.Settle(result);
        _health.Answered(result);
        return result;
    }

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
}
