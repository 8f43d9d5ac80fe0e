using System.Diagnostics;
using Connbeat.Delivery;
using Connbeat.Delivery.Spool;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Benchmarks.Macro;

/// <summary>The log on disk, in a folder beside the program: how fast it is appended to, read from, and opened again.</summary>
internal static class SpoolFigures
{
    private const int EventSize = 800; // of JSON; as an opened connection with a command line of 200 bytes has
    private const long Gigabyte = 1_000_000_000;
    private const long GiB = 1L << 30;

    private static readonly SpoolLimits Limits = new(4 * GiB, Pauses: false, new MemoryLogLimits(65_536, 64 << 20));

    /// <summary>Measures it.</summary>
    public static void Measure(FiguresOptions options, Report report)
    {
        Report.Note("log on disk");
        string folder = Path.Combine(options.Load, "spool");
        try
        {
            double disk = Enumerable.Range(0, options.Rounds).Max(_ => WriteBare(folder));
            report.Add("the disk's own sequential write, GB/s", disk);
            Target target = Target.AtLeast(Math.Min(1, disk));
            double together = Enumerable.Range(0, options.Rounds).Max(_ => Append(folder, together: 64));
            report.Add("events appended to disk 64 at a time, GB/s of JSON", together, target);
            double alone = Enumerable.Range(0, options.Rounds).Max(_ => Append(folder, together: 1));
            report.Add("events appended to disk one at a time, GB/s of JSON", alone);
            report.Add("events appended to disk one at a time, events/s", alone * Gigabyte / EventSize);
            MeasureStart(folder, report);
        }
        finally
        {
            Remove(folder);
        }
    }

    private static void MeasureStart(string folder, Report report)
    {
        Append(folder, together: 64);
        SpoolInspection before = SpoolInspection.Of(SpoolFolder.LookAt(folder), readsAll: false);
        TimeSpan start = Time(() => Log(folder, "http").Dispose());
        report.Add("start with 1 GiB waiting on disk, s", start.TotalSeconds, Target.AtMost(3));
        Unseal(folder, before);
        start = Time(() => Log(folder, "http").Dispose());
        report.Add("start with 1 GiB on disk that has all to be read, s", start.TotalSeconds, Target.AtMost(3));
        report.Add("reading 1 GiB back from disk, events/s", ReadBack(folder));
    }

    /// <summary>Nothing but bytes, in the chunks that a disk likes, safe at the end.</summary>
    private static double WriteBare(string folder)
    {
        Remove(folder);
        Directory.CreateDirectory(folder);
        byte[] chunk = new byte[1 << 20];
        Random.Shared.NextBytes(chunk);
        TimeSpan taken = Time(() =>
        {
            using FileStream file = new(Path.Combine(folder, "bare"), FileMode.Create, FileAccess.Write, FileShare.None, 0);
            for (long written = 0; written < GiB; written += chunk.Length)
            {
                file.Write(chunk);
            }

            file.Flush(flushToDisk: true);
        });
        return GiB / taken.TotalSeconds / Gigabyte;
    }

    /// <summary>1 GiB of JSON, with the keeper at its work, and all of it safe at the end.</summary>
    private static double Append(string folder, int together)
    {
        Remove(folder);
        const int Events = (int)(GiB / EventSize);
        byte[] json = new byte[EventSize];
        Random.Shared.NextBytes(json);
        EncodedEvent[] events = new EncodedEvent[together];
        TimeSpan taken = Time(() =>
        {
            using DiskLog log = Log(folder);
            log.Open("http");
            log.StartKeeping(TimeSpan.FromMilliseconds(500));
            for (int done = 0; done < Events; done += together)
            {
                for (int i = 0; i < together; i++)
                {
                    events[i] = new EncodedEvent(done + i, (UInt128)(done + i), default, DateTimeOffset.UnixEpoch, json);
                }

                log.Append(events);
            }
        });
        return (double)Events * EventSize / taken.TotalSeconds / Gigabyte;
    }

    /// <summary>As a power cut may leave them: no file says what is in it.</summary>
    private static void Unseal(string folder, SpoolInspection spool)
    {
        foreach (InspectedSegment segment in spool.Segments)
        {
            using FileStream file = File.OpenWrite(Path.Combine(folder, segment.Name));
            file.SetLength(file.Length - SpoolRecord.SealSize);
        }
    }

    private static double ReadBack(string folder)
    {
        long events = 0;
        TimeSpan taken = Time(() =>
        {
            using DiskLog log = Log(folder, "http");
            ILogCursor cursor = log.Open("http");
            log.Complete();
            while (cursor.ReadAsync(2048, 8 << 20, TimeSpan.Zero, CancellationToken.None).AsTask().Result is { } batch)
            {
                events += batch.Events.Count;
                cursor.Acknowledge(batch.Last);
            }
        });
        return events / taken.TotalSeconds;
    }

    private static DiskLog Log(string folder, params string[] outputs) => new(
        SpoolFolder.Hold(folder), Limits, outputs, TimeProvider.System,
        new DeliveryHappenings(NullLogger<DeliveryHappenings>.Instance),
        new SpoolHappenings(NullLogger<SpoolHappenings>.Instance));

    private static TimeSpan Time(Action action)
    {
        long begin = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(begin);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
