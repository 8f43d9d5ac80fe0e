using System.Text.Json;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;
using static Connbeat.Tests.Delivery.ScriptedOutput;

namespace Connbeat.Tests.Delivery;

public sealed class DeadLetterFileTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("connbeat-letters-").FullName;
    private readonly ManualTime _time = new();
    private readonly CollectingLogger<DeliveryHappenings> _logged = new();
    private readonly DeliveryHappenings _happened;
    private readonly OutputLedger _ledger;

    public DeadLetterFileTests()
    {
        _happened = new DeliveryHappenings(_logged);
        _ledger = _happened.Ledger.Of("http");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string FilePath => Path.Combine(_root, "letters", "http.ndjson");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_letter_is_a_line_with_time_output_reason_and_the_event_as_it_was()
    {
        using DeadLetterFile file = Open();
        await file.KeepAsync([new(Encoded.Event(1, """{"a":"Zoë","b":[1]}"""), "no \"such\" field\u001b")], Token);

        Assert.Equal(
            """{"@timestamp":"2026-03-14T15:09:26.000Z","output":"http","reason":"no \"such\" field\u001B","event":{"a":"Zoë","b":[1]}}""" + "\n",
            File.ReadAllText(FilePath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.Equal((1, 0), (_ledger.DeadLetters, _ledger.DeadLettersLost));
        Assert.Empty(_logged.Lines);
    }

    [Fact]
    public async Task Letters_are_appended_also_by_the_next_run_and_after_a_torn_line()
    {
        using (DeadLetterFile file = Open())
        {
            await file.KeepAsync([Letter(1), Letter(2)], Token);
            await file.KeepAsync([Letter(3)], Token);
        }

        File.AppendAllText(FilePath, "{\"torn");
        using DeadLetterFile next = Open();
        await next.KeepAsync([Letter(4)], Token);

        Assert.Equal(["1", "2", "3", "torn", "4"], Kept());
    }

    [Fact]
    public async Task A_file_that_was_moved_is_left_and_one_that_is_to_be_reopened_is()
    {
        using DeadLetterFile file = Open();
        await file.KeepAsync([Letter(1)], Token);
        File.Move(FilePath, FilePath + ".1");
        await file.KeepAsync([Letter(2)], Token);
        file.Reopen();
        await file.KeepAsync([Letter(3)], Token);

        Assert.Equal(["2", "3"], Kept());
    }

    [Fact]
    public async Task A_disk_that_fails_is_told_once_counted_and_used_again_when_it_works()
    {
        File.WriteAllText(Path.Combine(_root, "letters"), "in the way");
        using DeadLetterFile file = Open();
        await file.KeepAsync([Letter(1), Letter(2)], Token);
        await file.KeepAsync([Letter(3)], Token);
        Assert.Equal((0, 3), (_ledger.DeadLetters, _ledger.DeadLettersLost));

        File.Delete(Path.Combine(_root, "letters"));
        await file.KeepAsync([Letter(4)], Token);
        Assert.Equal(["4"], Kept());
        Assert.Equal(2, _logged.Lines.Count);
        Assert.StartsWith($"Error Dead letters of output http can't be kept in {FilePath}: ", _logged.Lines[0], StringComparison.Ordinal);
        Assert.Equal($"Information Dead letters of output http are kept in {FilePath} again; 3 were lost.", _logged.Lines[1]);
    }

    [Fact]
    public async Task What_is_no_file_is_left_alone()
    {
        using DeadLetterFile file = new("/dev/null", _ledger, _time, _happened);
        await file.KeepAsync([Letter(1)], Token);

        Assert.Equal(1, _ledger.DeadLettersLost);
        Assert.Contains("/dev/null is not a regular file", Assert.Single(_logged.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pump_keeps_what_was_rejected_and_what_was_given_up()
    {
        MemoryLog log = new(new MemoryLogLimits(100, 10_000), _time, _happened);
        ILogCursor cursor = log.Open("http");
        log.Append(Encoded.Event(1, "1"));
        log.Append(Encoded.Event(2, "2"));
        log.Append(Encoded.Event(3, "3"));
        log.Complete();
        ScriptedOutput output = new(
            Answers(new DeliveryResult.Partial([], null, [new Rejection(1, "too long")])), Fails("busy"));
        using DeadLetterFile file = Open();
        PumpOptions options = new() { BulkMaxSize = 2, FlushInterval = TimeSpan.Zero, MaxRetries = 0 };
        Pump pump = new(output, cursor, options, _time, _happened, file);

        Assert.Equal(PumpEnd.Drained, await pump.RunAsync(Token));
        Assert.Equal(["2", "3"], Kept());
        Assert.Equal(["too long", "given up after 0 retries: busy"], Letters().Select(letter => letter.GetProperty("reason").GetString()));
        Assert.Equal((1, 1, 1), (_ledger.Delivered, _ledger.LostTo(LossReason.Rejected), _ledger.LostTo(LossReason.MaxRetries)));
        Assert.Contains($"Error Output http rejects events, 1 to begin with; the first: too long. They go to {FilePath}.", _logged.Lines);
    }

    private static DeadLetter Letter(int number) => new(Encoded.Event(number, $"{number}"), "no");

    private DeadLetterFile Open() => new(FilePath, _ledger, _time, _happened);

    private IEnumerable<JsonElement> Letters() =>
        File.ReadAllLines(FilePath).Select(line => JsonDocument.Parse(line).RootElement);

    /// <summary>The events of the file's lines.</summary>
    private string[] Kept() =>
    [
        .. File.ReadAllLines(FilePath).Select(line => line == "{\"torn"
            ? "torn"
            : JsonDocument.Parse(line).RootElement.GetProperty("event").GetRawText()),
    ];
}
