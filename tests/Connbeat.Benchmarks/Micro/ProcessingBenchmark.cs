using System.Buffers;
using BenchmarkDotNet.Attributes;
using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Processing;
using Connbeat.Processing.Fields;

namespace Connbeat.Benchmarks.Micro;

/// <summary>
/// The event of <see cref="EncodingBenchmark"/>, which first goes through processors. Five with typical conditions may
/// take a quarter longer than none.
/// </summary>
[MemoryDiagnoser]
public class ProcessingBenchmark : IDisposable
{
    private const string Five = """
        [{drop_event: {when: {equals: {local_port: 22}}}},
         {drop_event: {when: {and: [{network: {remote_ip: [loopback, private]}}, {equals: {network.direction: outbound}}]}}},
         {drop_fields: {fields: [network.rtt_us, network.retransmits], when: {equals: {local_process.user: postgres}}}},
         {drop_fields: {fields: [local_process.environ], when: {contains: {local_process.cmdline: celery}}}},
         {drop_event: {when: {range: {remote_port: {gte: 9000, lt: 9100}}}}}]
        """;

    private const string FiveThatMatch = """
        [{drop_fields: {fields: [beat.local_ips], when: {equals: {remote_port: 443}}}},
         {drop_fields: {fields: [network.rtt_us], when: {and: [{network: {remote_ip: public}}, {equals: {network.direction: outbound}}]}}},
         {drop_fields: {fields: [local_process.start], when: {equals: {local_process.user: www-data}}}},
         {drop_fields: {fields: [local_process.environ], when: {contains: {local_process.cmdline: gunicorn}}}},
         {drop_fields: {fields: [event.created, network.type], when: {range: {local_port: {gte: 32768}}}}}]
        """;

    private readonly ConnbeatEncoder _encoder = new(OpenedEvents.Host, new LocalAddresses());
    private readonly OpenedEvents _opened = new();
    private readonly ArrayBufferWriter<byte> _memory = new(64 * 1024);
    private readonly EventProcessors _none = Processors("[]");
    private readonly EventProcessors _five = Processors(Five);
    private readonly EventProcessors _fiveThatMatch = Processors(FiveThatMatch);
    private readonly EventProcessors _regexp =
        Processors("[{drop_event: {when: {regexp: {local_process.cmdline: '(nginx|envoy).*--worker'}}}}]");

    private readonly EventProcessors _include =
        Processors("[{include_fields: {fields: [local_ip, local_port, remote_ip, remote_port, local_process.binary]}}]");

    /// <summary>None is configured.</summary>
    [Benchmark(Baseline = true)]
    public int NoProcessors() => Encode(_none);

    /// <summary>Five, none of which has anything to do.</summary>
    [Benchmark]
    public int FiveUnmatched() => Encode(_five);

    /// <summary>Five, each of which drops fields.</summary>
    [Benchmark]
    public int FiveDropFields() => Encode(_fiveThatMatch);

    /// <summary>One that looks through the command line with a regular expression.</summary>
    [Benchmark]
    public int OneRegexpUnmatched() => Encode(_regexp);

    /// <summary>One that leaves little of the event.</summary>
    [Benchmark]
    public int IncludeFields() => Encode(_include);

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _encoder.Dispose();
        GC.SuppressFinalize(this);
    }

    private int Encode(EventProcessors processors)
    {
        ConnectionEvent opened = _opened.Next();
        Verdict verdict = processors.Judge(opened);
        _memory.ResetWrittenCount();
        _encoder.Encode(opened, _memory, verdict.Mask);
        return _memory.WrittenCount;
    }

    private static EventProcessors Processors(string yaml) => new(
        ConfigLoader.Read([], [$"processors={yaml}"], _ => null).Options.Processors,
        new FieldTable(OpenedEvents.Host, OpenedEvents.Machine, new LocalAddresses(), exposeProcesses: true));
}
