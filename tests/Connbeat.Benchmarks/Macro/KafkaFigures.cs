using System.Diagnostics;
using System.Globalization;
using System.Text;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Linux;
using Connbeat.Outputs.Kafka;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Benchmarks.Macro;

/// <summary>How long an event takes from the log to somebody who reads the topic.</summary>
internal static class KafkaFigures
{
    private const int EventsASecond = 1000;

    /// <summary>A broker in a process of its own.</summary>
    public static FarEndProcess Broker()
    {
        BrokerProcess broker = new();
        return new FarEndProcess(PlanOf(broker), arrived: null, broker);
    }

    /// <summary>Measures.</summary>
    public static void MeasureLatency(FiguresOptions options, Report report)
    {
        int events = (options.IsQuick ? 10 : 30) * EventsASecond;
        Report.Note($"{EventsASecond} events a second from the log to a reader of Kafka");
        using BrokerProcess broker = new();
        using Process reader = Process.Start(new ProcessStartInfo(
            "kcat", ["-C", "-u", "-q", "-b", broker.Host, "-t", "connbeat", "-X", "fetch.wait.max.ms=5", "-f", "%T\n"])
        {
            RedirectStandardOutput = true,
        })!;
        Samples latencies = new("ms");
        Task reading = Task.Run(() =>
        {
            for (int read = 0; read < events && reader.StandardOutput.ReadLine() is { } sent; read++)
            {
                long took = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - long.Parse(sent, CultureInfo.InvariantCulture);
                if (read >= EventsASecond) // not what came while connections were made
                {
                    latencies.Add(took);
                }
            }
        });
        SendAsync(PlanOf(broker), events).GetAwaiter().GetResult();
        reading.Wait();
        reader.Kill();
        reader.WaitForExit();
        double latest = latencies.Part(0.99);
        Report.Note($"  {latencies}; 99 of 100 within {latest:0} ms");
        report.Add("1,000 events a second to a reader of Kafka: p99, ms", latest, Target.AtMost(300));
    }

    private static OutputPlan PlanOf(BrokerProcess broker)
    {
        KafkaOutputOptions kafka = ConfigLoader.Read([], [$"output.kafka.hosts={broker.Host}"], _ => null).Options.Output.Kafka!;
        return new OutputPlan("kafka", kafka, kafka.Pump, () => new KafkaOutput(kafka, BootTime.Clock));
    }

    private static async Task SendAsync(OutputPlan plan, int events)
    {
        DeliveryHappenings happened = new(NullLogger<DeliveryHappenings>.Instance);
        QueueOptions queue = new();
        MemoryLog log = new(new MemoryLogLimits(queue.Events, queue.Bytes), BootTime.Clock, happened);
        await using IOutput output = plan.Open();
        Task pumping = new Pump(output, log.Open(plan.Name), plan.Pump, BootTime.Clock, happened).RunAsync(CancellationToken.None);
        byte[] json = Encoding.ASCII.GetBytes($$"""{"text":"{{new string('x', 800)}}"}""");
        Stopwatch watch = Stopwatch.StartNew();
        for (int sent = 0; sent < events; sent++)
        {
            while (watch.Elapsed.TotalSeconds < (double)sent / EventsASecond)
            {
                await Task.Delay(1);
            }

            log.Append(new EncodedEvent(
                sent + 1, (UInt128)sent, Encoding.ASCII.GetBytes($"1:{sent % 1000}"), TimeProvider.System.GetUtcNow(), json));
        }

        log.Complete();
        await pumping;
    }
}
