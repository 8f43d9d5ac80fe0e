using Connbeat.Delivery;
using Connbeat.Outputs.Kafka;
using Connbeat.Tests.Delivery;

namespace Connbeat.Tests.Outputs.Kafka;

public sealed class SendingTests
{
    private static readonly EncodedEvent[] Batch = [.. Enumerable.Range(1, 4).Select(n => Encoded.Event(n))];
    private static readonly TimeSpan After = TimeSpan.FromSeconds(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void It_ends_when_the_last_is_settled()
    {
        Sending sending = new(Batch);
        for (int position = 0; position < 4; position++)
        {
            Assert.False(sending.Ended.IsCompleted);
            sending.Settle(position, Verdict.Delivered);
        }

        Assert.True(sending.Ended.IsCompleted);
        Assert.Equal(DeliveryResult.Delivered.All, sending.Conclude("", null));
    }

    [Fact]
    public void What_is_pending_is_asked_for_again_and_goes_on()
    {
        Sending sending = new(Batch);
        Assert.Equal(new DeliveryResult.RetryLater("down", After), sending.Conclude("down", After));
        Assert.True(sending.IsOf(Batch));
        sending.Settle(0, Verdict.Delivered);
        sending.Settle(2, Verdict.Rejected, "bad");

        DeliveryResult.Partial partial = Assert.IsType<DeliveryResult.Partial>(sending.Conclude("down", After));
        Assert.Equal([1, 3], partial.Retry);
        Assert.Equal([new Rejection(2, "bad")], partial.Rejected);
        Assert.Equal((After, "down"), (partial.After, partial.Reason));
        Assert.False(sending.IsOf(Batch));
        Assert.True(sending.IsOf([Batch[1], Batch[3]]));
        Assert.False(sending.IsOf([Batch[3], Batch[1]]));
        Assert.False(sending.IsOf([Batch[1], Batch[3] with { Sequence = 4 }]));
        Assert.True(sending.MayGoOn);

        sending.Settle(3, Verdict.Delivered);
        sending.Settle(1, Verdict.Delivered);
        Assert.Equal(DeliveryResult.Delivered.All, sending.Conclude("", null));
    }

    [Fact]
    public void What_has_failed_is_sent_anew_before_anything_overtakes_it()
    {
        Sending sending = new(Batch);
        sending.Settle(1, Verdict.Later, "no leader");
        sending.Settle(0, Verdict.Delivered);

        DeliveryResult.Partial partial = Assert.IsType<DeliveryResult.Partial>(sending.Conclude("down", After));
        Assert.Equal([1, 2, 3], partial.Retry);
        Assert.Equal("no leader", partial.Reason);
        Assert.False(sending.MayGoOn);
    }

    [Fact]
    public void A_batch_of_suspects_alone_is_refused_and_others_are_tried_without_a_pause()
    {
        Sending sending = new(Batch);
        sending.Settle(0, Verdict.Delivered);
        for (int position = 1; position < 4; position++)
        {
            sending.Settle(position, Verdict.Suspected, "too large");
        }

        DeliveryResult.Partial partial = Assert.IsType<DeliveryResult.Partial>(sending.Conclude("", After));
        Assert.Equal([1, 2, 3], partial.Retry);
        Assert.True(partial.After < TimeSpan.FromSeconds(1));

        Sending again = new(Batch[..2]);
        again.Settle(0, Verdict.Suspected, "too large");
        again.Settle(1, Verdict.Suspected, "too large");
        Assert.Equal(new DeliveryResult.Refused("too large"), again.Conclude("", After));
    }

    [Fact]
    public void What_is_reported_twice_counts_once()
    {
        Sending sending = new(Batch[..2]);
        sending.Settle(0, Verdict.Delivered);
        sending.Settle(0, Verdict.Later, "late");

        Assert.False(sending.Ended.IsCompleted);
        Assert.Equal([1], Assert.IsType<DeliveryResult.Partial>(sending.Conclude("", null)).Retry);
    }

    /// <summary>Reports come on several threads, while somebody asks what has come of it.</summary>
    [Fact]
    public async Task Every_report_counts_whichever_thread_it_comes_on()
    {
        const int Threads = 4, Rounds = 40, Events = 512;

        EncodedEvent[] batch = [.. Enumerable.Range(1, Events).Select(n => Encoded.Event(n))];
        Random random = new(20_26);
        for (int round = 0; round < Rounds; round++)
        {
            Sending sending = new(batch);
            int[] order = [.. Enumerable.Range(0, Events)];
            random.Shuffle(order);
            Task[] reports =
            [
                .. Enumerable.Range(0, Threads).Select(thread => Task.Run(
                    () =>
                    {
                        for (int i = thread; i < Events; i += Threads)
                        {
                            sending.Settle(order[i], order[i] % 7 == 0 ? Verdict.Rejected : Verdict.Delivered, "why");
                        }
                    },
                    Token)),
            ];
            HashSet<long> rejected = [];
            IReadOnlyList<EncodedEvent> asked = batch;
            for (bool isLast = false; asked.Count > 0;)
            {
                isLast = sending.Ended.IsCompleted;
                asked = Left(sending.Conclude("", null), asked, rejected);
                Assert.True(asked.Count == 0 || !isLast);
            }

            await Task.WhenAll(reports);
            Assert.Equal(batch.Where((_, position) => position % 7 == 0).Sequences().Order(), rejected.Order());
        }
    }

    private static IReadOnlyList<EncodedEvent> Left(DeliveryResult result, IReadOnlyList<EncodedEvent> asked, HashSet<long> rejected)
    {
        if (result is DeliveryResult.Partial partial)
        {
            Assert.All(partial.Rejected, one => Assert.True(rejected.Add(asked[one.Position].Sequence)));
            return [.. partial.Retry.Select(position => asked[position])];
        }

        return result is DeliveryResult.RetryLater ? asked : [];
    }
}
