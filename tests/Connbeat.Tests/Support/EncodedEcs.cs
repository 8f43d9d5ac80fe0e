using System.Buffers;
using System.Text;
using System.Text.Json;
using Connbeat.Events;
using Connbeat.Events.Ecs;

namespace Connbeat.Tests.Support;

/// <summary>Events encoded in Elastic Common Schema, in the forms in which tests look at them.</summary>
internal static class EncodedEcs
{
    /// <summary>The boot of <see cref="Some.Boot"/>, 25 minutes before <see cref="Some.Process"/> started.</summary>
    public static readonly BootFacts Boot = new()
    {
        Id = Some.Boot,
        Seconds = Some.Process().Start!.Value.ToUnixTimeSeconds() - (90_210 / 100),
        PidNamespace = 4_026_531_836,
        TicksPerSecond = 100,
    };

    /// <summary>The bytes of an event.</summary>
    public static byte[] Bytes(
        ConnectionEvent happened, HostFacts? host = null, BootFacts? boot = null, bool exposeProcesses = true)
    {
        using EcsEncoder encoder = new(host ?? Some.Host(), boot ?? Boot, new LocalAddresses(), exposeProcesses);
        ArrayBufferWriter<byte> bytes = new();
        encoder.Encode(happened, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>The text of an event.</summary>
    public static string Text(ConnectionEvent happened) => Encoding.UTF8.GetString(Bytes(happened));

    /// <summary>An event as its reader has it.</summary>
    public static JsonElement Read(
        ConnectionEvent happened, HostFacts? host = null, BootFacts? boot = null, bool exposeProcesses = true) =>
        JsonElement.Parse(Bytes(happened, host, boot, exposeProcesses));

    /// <summary>The text at a path such as <c>source.ip</c>; null where there is nothing.</summary>
    public static string? TextAt(this JsonElement json, string path)
    {
        foreach (string name in path.Split('.'))
        {
            if (!json.TryGetProperty(name, out json))
            {
                return null;
            }
        }

        return json.ValueKind == JsonValueKind.String ? json.GetString() : json.GetRawText();
    }
}
