using System.Text.Json;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Outputs.Http;
using Connbeat.Telemetry;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Http;

/// <summary>A pump and an output with servers that go away in the midst of it, or do not like an event.</summary>
public sealed class HttpVanishingTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly CollectingLogger<DeliveryHappenings> _logged = new();
    private readonly WebServer _server = new();
    private readonly DeliveryHappenings _happened;
    private readonly MemoryLog _log;
    private readonly ILogCursor _cursor;

    public HttpVanishingTests()
    {
        _happened = new DeliveryHappenings(_logged);
        _log = new MemoryLog(new MemoryLogLimits(10_000, 100_000_000), _time, _happened);
        _cursor = _log.Open("http");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("ndjson", 5_000)]
    [InlineData("json", 20_000)]
    [InlineData("single", 400)]
    public async Task A_server_that_goes_away_at_any_moment_costs_no_event(string format, int inTheBody)
    {
        _server.Vanishes(0, 1, 100, inTheBody);
        _server.Answers(
            WebServer.Raw([]),
            WebServer.Raw("HTTP/1.1 200 OK\r\nContent-Le"u8.ToArray()),
            WebServer.Raw("\0\u0016\u0003\u0001 SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray()),
            WebServer.Status(503), WebServer.Status(200), WebServer.Status(401), WebServer.Status(404), WebServer.Status(200));
        await DrainAsync($"format: {format}, bulk_max_size: 100", 250);

        Assert.Equal((250, 0), (_cursor.Ledger.Delivered, _cursor.Ledger.Lost));
        Assert.Equal(Enumerable.Range(1, 250), Arrived().Distinct());
    }

    [Fact]
    public async Task A_server_that_is_slow_is_waited_for_and_then_tried_again()
    {
        _server.Answers(WebServer.Stalls(), WebServer.Stalls("HTTP/1.1 2"));
        await DrainAsync("timeout: 7s", 10, stalls: 2);

        Assert.Equal((10, 0), (_cursor.Ledger.Delivered, _cursor.Ledger.Lost));
        Assert.Equal(
            [
                $"Warning Output http is unwell: {_server.Url} gave no answer within 7 s. Its events wait and are tried again.",
                "Information Output http is well again after 2 failed attempts.",
            ],
            _logged.Lines);
    }

    [Theory]
    [InlineData("ndjson")]
    [InlineData("json")]
    public async Task One_of_2048_events_that_is_refused_is_found_and_all_others_are_taken_in_order(string format)
    {
        const int Bad = 1234;
        List<int> taken = [];
        WebServer.Answer judge = (request, to, stop) =>
        {
            int[] events = Numbers(request);
            bool refuses = events.Contains(Bad);
            taken.AddRange(refuses ? [] : events);
            return WebServer.Status(refuses ? 400 : 200, refuses ? "no such field" : "")(request, to, stop);
        };
        _server.Answers([.. Enumerable.Repeat(judge, 100)]);
        string letters = Path.Combine(Path.GetTempPath(), $"connbeat-letters-{Guid.NewGuid()}");
        try
        {
            await DrainAsync($"format: {format}, dead_letter.file: '{letters}'", 2048);

            JsonElement letter = JsonDocument.Parse(Assert.Single(System.IO.File.ReadAllLines(letters))).RootElement;
            Assert.Equal(Bad, letter.GetProperty("event").GetProperty("n").GetInt32());
            Assert.Equal($"{_server.Url} answered 400 Words: no such field", letter.GetProperty("reason").GetString());
        }
        finally
        {
            System.IO.File.Delete(letters);
        }

        Assert.Equal(Enumerable.Range(1, 2048).Where(n => n != Bad), taken);
        Assert.Equal((2047, 1), (_cursor.Ledger.Delivered, _cursor.Ledger.LostTo(LossReason.Rejected)));
        string[] keys = [.. _server.UnreadRequests().Select(request => request["Idempotency-Key"]!)];
        Assert.InRange(keys.Length, 2, 1 + (2 * 11));
        Assert.Distinct(keys);
    }

    [Theory]
    [InlineData(401, "see that output.http says who asks, and that they may")]
    [InlineData(403, "see that output.http says who asks, and that they may")]
    [InlineData(404, "see that output.http.hosts and path say where events are taken")]
    [InlineData(405, "see that output.http.hosts and path say where events are taken")]
    [InlineData(407, "see that output.http.proxy_url says who asks")]
    public async Task An_address_or_a_user_that_is_wrong_is_told_once_and_costs_nothing(int status, string advice)
    {
        _server.Answers([.. Enumerable.Repeat(WebServer.Status(status), 12)]);
        await DrainAsync("", 100);

        Assert.Equal((100, 0), (_cursor.Ledger.Delivered, _cursor.Ledger.Lost));
        Assert.Equal(
            $"Warning Output http is unwell: {_server.Url} answered {status} Words; {advice}. Its events wait and are tried again.",
            _logged.Lines[0]);
        Assert.Equal(3, _logged.Lines.Count); // unwell, only probed, well again
        int[] sizes = [.. _server.UnreadRequests().Select(request => Numbers(request).Length)];
        Assert.Equal([100, 100, 100, 100, 100, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 37], sizes);
    }

    private IEnumerable<int> Arrived() => _server.UnreadRequests().SelectMany(Numbers);

    private static int[] Numbers(WebRequest request)
    {
        string text = request.Text.StartsWith('[') ? request.Text : $"[{request.Text.TrimEnd().Replace('\n', ',')}]";
        return [.. JsonDocument.Parse(text).RootElement.EnumerateArray().Select(one => one.GetProperty("n").GetInt32())];
    }

    /// <summary>Runs a pump until all is settled. Waits between attempts go by at once.</summary>
    /// <param name="settings">Those of the output.</param>
    /// <param name="events">How many there are.</param>
    /// <param name="stalls">How many requests get no answer within 7 s.</param>
    private async Task DrainAsync(string settings, int events, int stalls = 0)
    {
        TimeSpan longestAnswer = TimeSpan.FromSeconds(7), longestWait = TimeSpan.FromSeconds(60);
        string ballast = new('x', 200);
        for (int n = 1; n <= events; n++)
        {
            _log.Append(Encoded.Event(n, $$"""{"n":{{n}},"x":"{{ballast}}"}"""));
        }

        _log.Complete();
        HttpOutputOptions options = HttpSettings.Read($"flush_interval: 0, {settings}", _server.Url);
        using DeadLetterFile? letters = options.Pump.DeadLetterFile is { } path
            ? new DeadLetterFile(path, _cursor.Ledger, TimeProvider.System, _happened)
            : null;
        await using HttpOutput output = new(options, _time);
        Task<PumpEnd> pump = new Pump(output, _cursor, options.Pump, _time, _happened, letters).RunAsync(Token);
        using CancellationTokenSource limit = new(WebServer.Limit);
        while (!pump.IsCompleted)
        {
            Assert.False(limit.IsCancellationRequested, string.Join('\n', _logged.Lines));
            await Task.WhenAny(pump, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, Token));
            while (_time.Armed.TryRead(out TimeSpan wait))
            {
                bool stalled = wait == longestAnswer && stalls-- > 0;
                if (stalled)
                {
                    await _server.RequestAsync();
                }

                bool isBackoff = wait < longestWait && wait != longestAnswer && wait != 2 * longestAnswer;
                _time.Advance(isBackoff || stalled ? wait : TimeSpan.Zero);
            }
        }

        Assert.Equal(PumpEnd.Drained, await pump);
    }
}
