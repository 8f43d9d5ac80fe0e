using System.Buffers;
using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Processing;
using Connbeat.Processing.Fields;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Processing;

/// <summary>Processors as a connbeat.yml writes them.</summary>
internal static class Processors
{
    /// <summary>The list at work.</summary>
    public static EventProcessors Of(
        string yaml, HostFacts? host = null, LocalAddresses? addresses = null, bool exposeProcesses = true) =>
        new(Options(yaml), Table(host, addresses, exposeProcesses));

    /// <summary>The list as it is read.</summary>
    public static IReadOnlyList<ProcessorOptions> Options(string yaml) => ConfigLoader.Read(
        [], [$"processors={yaml}", "fields={site: berlin, rack: 7, load: 0.5, live: true, mail: [a@b, c@d], owner: {team: net}}"],
        _ => null).Options.Processors;

    /// <summary>The fields of events of a host.</summary>
    public static FieldTable Table(HostFacts? host = null, LocalAddresses? addresses = null, bool exposeProcesses = true) =>
        new(host ?? Host(), EncodedEcs.Boot, addresses ?? new LocalAddresses(), exposeProcesses);

    /// <summary>True where a condition drops the event.</summary>
    public static bool Drop(string condition, ConnectionEvent happened) =>
        Of($"[drop_event: {{when: {{{condition}}}}}]").Judge(happened).IsDropped;

    /// <summary>What is sent of an event in the connbeat schema.</summary>
    public static byte[] Sent(string yaml, ConnectionEvent happened)
    {
        using ConnbeatEncoder encoder = new(Host(), new LocalAddresses());
        ArrayBufferWriter<byte> bytes = new();
        encoder.Encode(happened, bytes, Of(yaml).Judge(happened).Mask);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A host whose user has set fields.</summary>
    public static HostFacts Host() => Some.Host() with
    {
        Tags = ["edge", "web"],
        Fields = new Dictionary<string, object?>
        {
            ["site"] = "berlin",
            ["rack"] = 7L,
            ["load"] = 0.5,
            ["live"] = true,
            ["mail"] = new List<object?> { "a@b", "c@d" },
            ["owner"] = new Dictionary<string, object?> { ["team"] = "net" },
        },
    };
}
