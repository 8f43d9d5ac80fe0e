using Connbeat.Telemetry;

namespace Connbeat.Tests.Telemetry;

public sealed class OutputLedgerTests
{
    [Fact]
    public void What_is_neither_delivered_nor_lost_is_waiting()
    {
        OutputLedger ledger = new("kafka");
        for (int i = 0; i < 10; i++)
        {
            ledger.CountAppended();
        }

        ledger.CountDelivered(4);
        ledger.CountLost(LossReason.QueueFull, 3);
        ledger.CountLost(LossReason.Rejected, 1);

        Assert.Equal((10, 4, 4, 2), (ledger.Appended, ledger.Delivered, ledger.Lost, ledger.Waiting));
        Assert.Equal(3, ledger.LostTo(LossReason.QueueFull));
    }

    [Fact]
    public void An_output_that_comes_back_goes_on_in_its_ledger()
    {
        DeliveryLedger ledger = new();

        Assert.Same(ledger.Of("kafka"), ledger.Of("kafka"));
        Assert.NotSame(ledger.Of("kafka"), ledger.Of("console"));
        Assert.Equal(["console", "kafka"], ledger.Outputs.Select(output => output.Output).Order());
    }

    [Fact]
    public void Every_reason_has_its_name() =>
        Assert.Equal(
            ["queue_full", "max_retries", "rejected", "shutdown", "output_closed", "output_removed", "spool_damaged"],
            Enum.GetValues<LossReason>().Select(reason => reason.Name()));
}
