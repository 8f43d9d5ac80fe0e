using System.Text.Json;
using Connbeat.Commands;
using Connbeat.Delivery.Spool;
using Connbeat.Telemetry;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Delivery.Spool;
using Connbeat.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Tests.Commands;

public sealed class SpoolReportTests : IDisposable
{
    private readonly CrashingFolder _disk = new();
    private readonly DiskLog _log;

    public SpoolReportTests()
    {
        _log = new DiskLog(
            _disk, new SpoolLimits(16 * 400, false, new(10, 1000)), [], new ManualTime(),
            new DeliveryHappenings(NullLogger<DeliveryHappenings>.Instance),
            new SpoolHappenings(NullLogger<SpoolHappenings>.Instance));
        _log.Open("http");
        _log.Append(1, 12); // five of 74 bytes in each file, and a seal of 80
        _log.Open("file");
        _log.Append(13, 13);
        _log.Maintain();
    }

    public void Dispose()
    {
        _log.Dispose();
        _disk.Dispose();
    }

    [Fact]
    public void What_waits_is_told_for_each_file_and_output()
    {
        Assert.Equal(
            """
            /spool: 13 events, 1122 bytes
            file                         bytes  first  last  events  from                      to                        missing  damaged  unfinished  fault
            00000000000000000000.events  450    0      4     5       2026-01-02T03:04:06.000Z  2026-01-02T03:04:10.000Z  0        0        0
            00000000000000000005.events  450    5      9     5       2026-01-02T03:04:11.000Z  2026-01-02T03:04:15.000Z  0        0        0
            00000000000000000010.events  222    10     12    3       2026-01-02T03:04:16.000Z  2026-01-02T03:04:18.000Z  0        0        0
            output  position  waiting
            file    12        1
            http    0         13
            All that was read is whole.

            """,
            Text(readsAll: false));
        Assert.Equal(Text(readsAll: false), Text(readsAll: true));
    }

    [Fact]
    public void Damage_in_a_file_that_was_ended_is_found_by_reading_it()
    {
        _disk["00000000000000000005.events"][100] ^= 1;

        Assert.Contains("All that was read is whole.", Text(readsAll: false), StringComparison.Ordinal);
        string[] lines = Text(readsAll: true).Split('\n');
        Assert.Equal(
            ["00000000000000000005.events", "450", "5", "9", "4", "2026-01-02T03:04:11.000Z", "2026-01-02T03:04:15.000Z", "1", "74", "0"],
            lines[3].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("Damaged: what is missing is counted as lost when an output comes to it. Look at the disk.", lines[^2]);
    }

    [Fact]
    public void What_is_not_yet_whole_at_the_end_is_no_damage()
    {
        _disk["00000000000000000010.events"] = [.. _disk["00000000000000000010.events"], 1, 2, 3];

        SpoolInspection found = SpoolInspection.Of(_disk, readsAll: true);
        Assert.Equal((true, 3), (found.IsWhole, found.Segments[^1].Unfinished));
    }

    [Fact]
    public void Cursors_that_can_not_be_read_are_told()
    {
        _disk[CursorFile.Name] = new byte[100];

        Assert.Contains("The file cursors is damaged", Text(readsAll: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_get_the_same_as_JSON()
    {
        using MemoryStream stream = new();
        SpoolReport.WriteJson([SpoolInspection.Of(_disk, readsAll: true)], stream);
        JsonElement spool = JsonDocument.Parse(stream.ToArray()).RootElement.GetProperty("spools")[0];

        Assert.Equal(("/spool", true), (spool.GetProperty("path").GetString(), spool.GetProperty("whole").GetBoolean()));
        Assert.Equal(
            """{"name":"00000000000000000010.events","bytes":222,"events":3,"first":10,"last":12,"from":"2026-01-02T03:04:16.000Z","to":"2026-01-02T03:04:18.000Z","missing":0,"damaged_bytes":0,"unfinished_bytes":0}""",
            JsonSerializer.Serialize(spool.GetProperty("files")[2]));
        Assert.Equal(
            """[{"name":"file","position":12,"waiting":1},{"name":"http","position":0,"waiting":13}]""",
            JsonSerializer.Serialize(spool.GetProperty("outputs")));
    }

    private string Text(bool readsAll)
    {
        StringWriter text = new() { NewLine = "\n" };
        SpoolReport.WriteText([SpoolInspection.Of(_disk, readsAll)], text);
        return text.ToString();
    }
}
