using System.Buffers;
using System.Text;
using System.Text.Json;
using Connbeat.Events;

namespace Connbeat.Tests.Support;

/// <summary>Events encoded in the connbeat schema, in the forms in which tests look at them.</summary>
internal static class EncodedEvents
{
    /// <summary>The bytes of an event.</summary>
    public static byte[] Bytes(ConnectionEvent happened, HostFacts? host = null, bool exposeProcesses = true)
    {
        using ConnbeatEncoder encoder = new(host ?? Some.Host(), new LocalAddresses(), exposeProcesses);
        ArrayBufferWriter<byte> bytes = new();
        encoder.Encode(happened, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>The text of an event.</summary>
    public static string Text(ConnectionEvent happened, HostFacts? host = null) =>
        Encoding.UTF8.GetString(Bytes(happened, host));

    /// <summary>An event as its reader has it.</summary>
    public static JsonElement Read(ConnectionEvent happened, HostFacts? host = null, bool exposeProcesses = true)
    {
        using JsonDocument document = JsonDocument.Parse(Bytes(happened, host, exposeProcesses));
        return document.RootElement.Clone();
    }

    /// <summary>The value at a path such as <c>event.id</c>.</summary>
    public static JsonElement At(this JsonElement json, string path) =>
        path.Split('.').Aggregate(json, (value, name) => value.GetProperty(name));

    /// <summary>Every value of objects in objects, with its path.</summary>
    public static IEnumerable<(string Path, JsonElement Value)> Leaves(this JsonElement json, string prefix = "") =>
        json.EnumerateObject().SelectMany(field => field.Value.ValueKind == JsonValueKind.Object
            ? field.Value.Leaves($"{prefix}{field.Name}.")
            : [($"{prefix}{field.Name}", field.Value)]);
}
