using System.Diagnostics;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Delivery.Spool;
using Connbeat.Linux;
using Connbeat.Outputs.Elasticsearch;
using Connbeat.Outputs.Http;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Benchmarks.Macro;

/// <summary>How many events the stages behind the kernel bring to a web server, and what memory they take where it is down.</summary>
internal static class DeliveryFigures
{
    private const double Megabyte = 1024 * 1024;

    /// <summary>Measures.</summary>
    public static void Measure(FiguresOptions options, Report report)
    {
        MeasureThroughput(options, Http, "memory", 100_000, happened => Memory(happened), report);
        MeasureThroughput(options, KafkaFigures.Broker, "memory", 100_000, happened => Memory(happened), report);
        string folder = Path.Combine(options.Load, "spool");
        List<DiskLog> logs = [];
        try
        {
            MeasureThroughput(options, Http, "disk", 60_000, happened => Disk(folder, happened, logs), report);
            MeasureThroughput(options, KafkaFigures.Broker, "disk", 60_000, happened => Disk(folder, happened, logs), report);
        }
        finally
        {
            logs.ForEach(log => log.Dispose());
            Directory.Delete(folder, recursive: true);
        }

        MeasureThroughput(options, Elasticsearch, "memory", 50_000, happened => Memory(happened), report);
        KafkaFigures.MeasureLatency(options, report);
        MeasureBlocked(options, report);
    }

    private static FarEndProcess Http()
    {
        SinkProcess sink = new();
        HttpOutputOptions http = ConfigLoader.Read([], [$"output.http.hosts=127.0.0.1:{sink.Port}"], _ => null).Options.Output.Http!;
        return new FarEndProcess(
            new OutputPlan("http", http, http.Pump, () => new HttpOutput(http, BootTime.Clock)), () => sink.Events, sink);
    }

    private static FarEndProcess Elasticsearch()
    {
        SinkProcess sink = new();
        ElasticsearchOptions elastic = ConfigLoader.Read([], [$"output.elasticsearch.hosts=127.0.0.1:{sink.Port}"], _ => null)
            .Options.Output.Elasticsearch!;
        return new FarEndProcess(
            new OutputPlan("elasticsearch", elastic, elastic.Pump, () => new ElasticsearchOutput(elastic, BootTime.Clock)),
            () => sink.Events, sink);
    }

    private static DiskLog Disk(string folder, DeliveryHappenings happened, List<DiskLog> logs)
    {
        QueueOptions queue = new();
        DiskQueueOptions disk = new();
        DiskLog log = new(
            SpoolFolder.Hold(Directory.CreateDirectory($"{folder}/{Guid.NewGuid()}").FullName),
            new SpoolLimits(disk.MaxSize, disk.Pauses, new MemoryLogLimits(queue.Events, queue.Bytes)), [], BootTime.Clock,
            happened, new SpoolHappenings(NullLogger<SpoolHappenings>.Instance));
        log.StartKeeping(disk.Sync);
        logs.Add(log);
        return log;
    }

    private static MemoryLog Memory(DeliveryHappenings happened)
    {
        QueueOptions queue = new();
        return new MemoryLog(new MemoryLogLimits(queue.Events, queue.Bytes), BootTime.Clock, happened);
    }

    private static void MeasureThroughput(
        FiguresOptions options,
        Func<FarEndProcess> start,
        string log,
        double target,
        Func<DeliveryHappenings, IEventLog> open,
        Report report)
    {
        string name = "";
        long connections = options.IsQuick ? 500_000 : 2_000_000;
        Samples rates = new("events/s");
        Samples cpu = new("µs");
        double largest = 0;
        for (int round = 0; round < options.Rounds; round++)
        {
            using FarEndProcess far = start();
            if (round == 0)
            {
                name = far.Plan.Name;
                Report.Note($"generated events to {name}, through {log}");
            }

            Pipeline pipeline = new(connections, far.Plan, open, isPaced: true);
            TimeSpan before = Environment.CpuUsage.TotalTime;
            Stopwatch watch = Stopwatch.StartNew();
            pipeline.RunAsync().GetAwaiter().GetResult();
            pipeline.DrainAsync().GetAwaiter().GetResult();
            double seconds = watch.Elapsed.TotalSeconds;
            long events = pipeline.Captured;
            largest = Math.Max(largest, Environment.WorkingSet / Megabyte);
            rates.Add(events / seconds);
            cpu.Add((Environment.CpuUsage.TotalTime - before).TotalMicroseconds / events);
            far.Check(events);
            if (pipeline.Ledger.Delivered != events)
            {
                throw new InvalidOperationException($"{events} events captured, {pipeline.Ledger.Delivered} delivered");
            }

            pipeline.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        Report.Note($"  {rates}, {cpu} of CPU an event, the generator's included; {largest:0} MB at most");
        report.Add($"generator to {name} through {log}: events/s", rates.Median, Target.AtLeast(target));
        report.Add($"generator to {name} through {log}: CPU an event, µs", cpu.Median);
    }

    private static void MeasureBlocked(FiguresOptions options, Report report)
    {
        long connections = options.IsQuick ? 500_000 : 5_000_000;
        Report.Note($"{2 * connections:N0} generated events while the output is blocked");
        BlockedOutput output = new();
        OutputPlan plan = new("blocked", output, new PumpOptions { Timeout = TimeSpan.FromHours(1) }, () => output);
        Pipeline pipeline = new(connections, plan, happened => Memory(happened), isPaced: false);
        GC.Collect();
        double before = Environment.WorkingSet / Megabyte, most = before;
        Task running = pipeline.RunAsync();
        while (!running.Wait(TimeSpan.FromMilliseconds(200)))
        {
            most = Math.Max(most, Environment.WorkingSet / Megabyte);
        }

        output.Open();
        pipeline.DrainAsync().GetAwaiter().GetResult();
        OutputLedger ledger = pipeline.Ledger;
        if (ledger.Appended != pipeline.Captured || ledger.Appended != ledger.Delivered + ledger.Lost || ledger.Waiting != 0)
        {
            throw new InvalidOperationException(
                $"{pipeline.Captured} events captured, {ledger.Appended} appended, {ledger.Delivered} delivered, {ledger.Lost} lost");
        }

        double growth = most - before - (new QueueOptions().Bytes / Megabyte);
        Report.Note($"  from {before:0} to {most:0} MB; {ledger.Delivered:N0} delivered, {ledger.Lost:N0} counted as lost, of {ledger.Appended:N0}");
        report.Add($"{2 * connections:N0} events, output blocked: RSS beyond the log's limit, MB", growth, Target.AtMost(64));
        pipeline.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Takes nothing until it is opened, and then everything.</summary>
    private sealed class BlockedOutput : IOutput
    {
        private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => "blocked";

        public void Open() => _opened.SetResult();

        public async ValueTask<DeliveryResult> SendAsync(IReadOnlyList<EncodedEvent> batch, CancellationToken cancellationToken)
        {
            await _opened.Task.WaitAsync(cancellationToken);
            return DeliveryResult.Delivered.All;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
