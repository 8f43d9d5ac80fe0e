using System.Globalization;
using System.Text.Json;
using Connbeat.Delivery.Spool;

namespace Connbeat.Commands;

/// <summary>Writes what <c>connbeat spool</c> has found: as tables for people, or as one JSON object.</summary>
internal static class SpoolReport
{
    /// <summary>For people.</summary>
    public static void WriteText(IReadOnlyList<SpoolInspection> spools, TextWriter to)
    {
        foreach (SpoolInspection spool in spools)
        {
            to.WriteLine(
                $"{spool.Path}: {spool.Segments.Sum(segment => segment.Events)} events, " +
                $"{spool.Segments.Sum(segment => segment.Bytes)} bytes");
            WriteTable(
                ["file", "bytes", "first", "last", "events", "from", "to", "missing", "damaged", "unfinished", "fault"],
                [.. spool.Segments.Select(Row)], to);
            WriteTable(
                ["output", "position", "waiting"],
                [.. spool.Cursors.Select(cursor => (string[])[cursor.Output, Text(cursor.Position), Text(cursor.Waiting)])],
                to);
            to.WriteLine(spool switch
            {
                { IsWhole: true } => "All that was read is whole.",
                { HasCursors: false } => "The file cursors is damaged: each output will begin with the oldest event.",
                _ => "Damaged: what is missing is counted as lost when an output comes to it. Look at the disk.",
            });
        }
    }

    /// <summary>For programs: <c>{"spools": [{"path", "whole", "files": […], "outputs": […]}]}</c>.</summary>
    public static void WriteJson(IReadOnlyList<SpoolInspection> spools, Stream to)
    {
        using Utf8JsonWriter json = new(to, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartArray("spools"u8);
        foreach (SpoolInspection spool in spools)
        {
            json.WriteStartObject();
            json.WriteString("path"u8, spool.Path);
            json.WriteBoolean("whole"u8, spool.IsWhole);
            json.WriteStartArray("files"u8);
            foreach (InspectedSegment segment in spool.Segments)
            {
                Write(segment, json);
            }

            json.WriteEndArray();
            json.WriteStartArray("outputs"u8);
            foreach (InspectedCursor cursor in spool.Cursors)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, cursor.Output);
                json.WriteNumber("position"u8, cursor.Position);
                json.WriteNumber("waiting"u8, cursor.Waiting);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(InspectedSegment segment, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, segment.Name);
        json.WriteNumber("bytes"u8, segment.Bytes);
        json.WriteNumber("events"u8, segment.Events);
        if (segment.Events > 0)
        {
            json.WriteNumber("first"u8, segment.First);
            json.WriteNumber("last"u8, segment.End - 1);
            json.WriteString("from"u8, Time(segment.Earliest));
            json.WriteString("to"u8, Time(segment.Latest));
        }

        json.WriteNumber("missing"u8, segment.Missing);
        json.WriteNumber("damaged_bytes"u8, segment.Damaged);
        json.WriteNumber("unfinished_bytes"u8, segment.Unfinished);
        if (segment.Fault is not null)
        {
            json.WriteString("fault"u8, segment.Fault);
        }

        json.WriteEndObject();
    }

    private static string[] Row(InspectedSegment segment)
    {
        bool hasEvents = segment.Events > 0;
        return
        [
            segment.Name, Text(segment.Bytes), hasEvents ? Text(segment.First) : "", hasEvents ? Text(segment.End - 1) : "",
            Text(segment.Events), hasEvents ? Time(segment.Earliest) : "", hasEvents ? Time(segment.Latest) : "",
            Text(segment.Missing), Text(segment.Damaged), Text(segment.Unfinished), segment.Fault ?? "",
        ];
    }

    private static void WriteTable(string[] head, string[][] rows, TextWriter to)
    {
        if (rows.Length == 0)
        {
            return;
        }

        string[][] lines = [head, .. rows];
        int[] widths = [.. head.Select((_, column) => lines.Max(line => line[column].Length))];
        foreach (string[] line in lines)
        {
            to.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
