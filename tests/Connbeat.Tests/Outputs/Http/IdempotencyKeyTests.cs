using Connbeat.Delivery;
using Connbeat.Outputs.Http;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Http;

public sealed class IdempotencyKeyTests
{
    private static readonly EncodedEvent[] Batch = [.. Enumerable.Range(1, 9).Select(n => Encoded.Event(n, $"{n}"))];

    [Fact]
    public void The_same_events_have_the_same_key_whoever_sends_them_and_others_another()
    {
        HashSet<string> keys = [];
        for (int first = 0; first < Batch.Length; first++)
        {
            for (int count = 1; first + count <= Batch.Length; count++)
            {
                string key = IdempotencyKey.Of(Batch, first, count);
                Assert.Matches("^\"[0-9a-f]{32}\"$", key);
                Assert.True(keys.Add(key));
                Assert.Equal(key, IdempotencyKey.Of([.. Batch[first..(first + count)]], 0, count));
            }
        }

        Assert.Equal(IdempotencyKey.Of([Encoded.Event(3, "other text")], 0, 1), IdempotencyKey.Of(Batch, 2, 1));
    }

    [Fact]
    public async Task A_batch_that_is_sent_again_has_the_key_it_had()
    {
        await using WebServer server = new();
        server.Answers(WebServer.Status(503));
        HttpOutput[] runs =
            [new(HttpSettings.Read("", server.Url), new ManualTime()), new(HttpSettings.Read("", server.Url), new ManualTime())];
        foreach (HttpOutput output in runs)
        {
            await output.SendAsync(Batch, TestContext.Current.CancellationToken);
            await output.DisposeAsync();
        }

        string[] keys = [.. server.UnreadRequests().Select(request => request["Idempotency-Key"]!)];
        Assert.Equal(2, keys.Length);
        Assert.Equal(keys[0], keys[1]);
    }

    [Fact]
    public async Task Of_single_events_each_has_its_own()
    {
        await using WebServer server = new();
        await using HttpOutput output = new(HttpSettings.Read("format: single", server.Url), new ManualTime());
        await output.SendAsync(Batch, TestContext.Current.CancellationToken);

        Assert.Distinct(server.UnreadRequests().Select(request => request["Idempotency-Key"]));
    }
}
