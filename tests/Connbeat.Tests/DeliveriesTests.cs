using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Telemetry;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Support;
using static Connbeat.Tests.Delivery.ScriptedOutput;

namespace Connbeat.Tests;

public sealed class DeliveriesTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly PumpOptions AtOnce = new() { FlushInterval = TimeSpan.Zero };

    private readonly ManualTime _time = new();
    private readonly DeliveryHappenings _happened = new(new CollectingLogger<DeliveryHappenings>());
    private readonly MemoryLog _log;
    private readonly Deliveries _deliveries;

    public DeliveriesTests()
    {
        _log = new MemoryLog(new MemoryLogLimits(1000, 100_000), _time, _happened);
        _deliveries = new Deliveries(OneLog.Of(_log), _time, _happened);
    }

    public async ValueTask DisposeAsync() => await _deliveries.DisposeAsync();

    [Fact]
    public async Task Every_output_gets_every_event_and_a_slow_one_holds_up_no_other()
    {
        TaskCompletionSource<DeliveryResult> slow = new();
        ScriptedOutput one = new(_ => slow.Task), other = new();
        _deliveries.Start([Plan("one", one), Plan("other", other)]);
        _log.Append(1, 2);
        Assert.Equal("1 2", await TakeAsync(other, 2));
        slow.SetResult(DeliveryResult.Delivered.All);
        Assert.Equal("1 2", await TakeAsync(one, 2));

        _log.Complete();
        await _deliveries.DrainAsync(TimeSpan.FromSeconds(10));
        Assert.False(_deliveries.Deserted.IsCancellationRequested);
    }

    [Fact]
    public async Task One_with_other_settings_goes_on_where_it_was_and_one_with_the_same_stays()
    {
        ScriptedOutput before = new(), after = new(), stays = new();
        _deliveries.Start([Plan("one", before, settings: 1), Plan("other", stays)]);
        _log.Append(1, 2);
        Assert.Equal("1 2", await TakeAsync(before, 2));
        Assert.Equal("1 2", await TakeAsync(stays, 2));

        await _deliveries.ReplaceAsync([Plan("one", after, settings: 2), Plan("other", new ScriptedOutput())]);
        _log.Append(3, 4);
        Assert.Equal("3 4", await TakeAsync(after, 2));
        Assert.Equal("3 4", await TakeAsync(stays, 2));
    }

    [Fact]
    public async Task A_new_one_begins_with_what_comes_and_one_that_is_gone_counts_what_waited()
    {
        ScriptedOutput busy = new(Fails("busy")), late = new();
        _deliveries.Start([Plan("one", busy)]);
        _log.Append(1, 2);
        await TakeAsync(busy, 1);

        await _deliveries.ReplaceAsync([Plan("late", late)]);
        _log.Append(3, 4);
        Assert.Equal("3 4", await TakeAsync(late, 2));
        Assert.Equal(2, _happened.Ledger.Of("one").LostTo(LossReason.OutputRemoved));
    }

    [Fact]
    public async Task Only_when_the_readers_of_all_have_gone_is_there_nobody_to_work_for()
    {
        OutputClosedException gone = new("scripted", new IOException("gone"));
        TaskCompletionSource<DeliveryResult> slow = new();
        TaskCompletionSource deserted = new();
        _deliveries.Deserted.Register(deserted.SetResult);
        _deliveries.Start([Plan("one", new ScriptedOutput(Throws(gone))), Plan("other", new ScriptedOutput(_ => slow.Task))]);
        _log.Append(1, 1);
        await WaitUntilLostAsync("one");
        Assert.False(_deliveries.Deserted.IsCancellationRequested);

        slow.SetException(gone);
        await deserted.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    private async Task WaitUntilLostAsync(string output)
    {
        using CancellationTokenSource patience = new(Patience);
        while (_happened.Ledger.Of(output).LostTo(LossReason.OutputClosed) == 0)
        {
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private static OutputPlan Plan(string name, IOutput output, int settings = 1) =>
        new(name, settings, AtOnce, () => output);

    private static async Task<string> TakeAsync(ScriptedOutput output, int events)
    {
        List<long> sent = [];
        while (sent.Count < events)
        {
            sent.AddRange(await output.Sent.ReadAsync(TestContext.Current.CancellationToken)
                .AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
        }

        return string.Join(' ', sent);
    }
}
