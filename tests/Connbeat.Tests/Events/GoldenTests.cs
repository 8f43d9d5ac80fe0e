using System.Text.Json;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events;

/// <summary>Lines that the original connbeat wrote on a real host: what it said, we say in the same place.</summary>
public sealed class GoldenTests
{
    /// <summary>Our version is another; the binary, which the original lost; an empty list where it has null.</summary>
    private static readonly HashSet<string> SaidOtherwise = ["beat.version", "local_process.binary", "beat.local_ips"];

    public static TheoryData<string> Files() => [.. Fixture.Files("golden")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_field_of_the_original_is_there_with_its_type_and_value(string file)
    {
        foreach (string line in Fixture.Lines(file))
        {
            JsonElement original = JsonElement.Parse(line);
            Dictionary<string, JsonElement> ours =
                Retell(original).Leaves().ToDictionary(leaf => leaf.Path, leaf => leaf.Value);

            foreach ((string path, JsonElement value) in original.Leaves())
            {
                Assert.True(ours.TryGetValue(path, out JsonElement our), $"{path} is missing for {line}");
                Assert.True(path == "beat.local_ips" || our.ValueKind == value.ValueKind, $"{path} for {line}");
                Assert.True(SaidOtherwise.Contains(path) || JsonElement.DeepEquals(our, value), $"{path} for {line}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_end_that_the_original_leaves_out_stays_out(string file)
    {
        foreach (string line in Fixture.Lines(file))
        {
            JsonElement original = JsonElement.Parse(line);
            JsonElement ours = Retell(original);

            foreach (string name in new[] { "local_ip", "remote_ip", "remote_port" })
            {
                Assert.Equal(original.TryGetProperty(name, out _), ours.TryGetProperty(name, out _));
            }

            Assert.Equal(JsonValueKind.Array, ours.At("beat.local_ips").ValueKind);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void An_unknown_process_is_called_as_the_original_called_it(string file)
    {
        foreach (string line in Fixture.Lines(file))
        {
            JsonElement original = JsonElement.Parse(line);
            string binary = original.At("local_process.binary").GetString()!;

            Assert.Equal(
                binary.Length > 0 ? binary : "python3.11",
                Retell(original).At("local_process.binary").GetString());
        }
    }

    /// <summary>The same socket, told by us.</summary>
    private static JsonElement Retell(JsonElement original)
    {
        bool isConnection = original.TryGetProperty("remote_port", out _);
        JsonElement process = original.GetProperty("local_process");
        string binary = process.GetProperty("binary").GetString()!;
        InetTuple tuple = isConnection
            ? new InetTuple(
                Address(original, "local_ip"), Port(original, "local_port"),
                Address(original, "remote_ip"), Port(original, "remote_port"))
            : Some.ListenerTuple() with { LocalPort = Port(original, "local_port") };

        SocketFacts socket = (isConnection ? Some.Connection() : Some.Listener()) with
        {
            Tuple = tuple,
            Inode = binary.Length > 0 ? uint.Parse(binary.Split(' ')[^1]) : 1,
            Process = !process.TryGetProperty("pid", out JsonElement pid) ? null : Some.Process() with
            {
                Pid = pid.GetInt32(),
                CommandLine = process.GetProperty("cmdline").GetString()!,
                Environment = null,
            },
        };

        EventAction action = isConnection ? EventAction.ConnectionOpened : EventAction.ListenerOpened;
        ConnectionEvent happened = Some.Event(action) with
        {
            Timestamp = original.GetProperty("@timestamp").GetDateTimeOffset(),
            Socket = socket,
        };

        bool exposesProcesses = !binary.StartsWith("Process", StringComparison.Ordinal);
        return EncodedEvents.Read(happened, Host(original), exposesProcesses);
    }

    private static HostFacts Host(JsonElement original) => Some.Host() with
    {
        Hostname = original.At("beat.hostname").GetString()!,
        Name = original.At("beat.name").GetString()!,
        Tags = original.TryGetProperty("tags", out JsonElement tags)
            ? [.. tags.EnumerateArray().Select(tag => tag.GetString()!)]
            : [],
        Fields = original.TryGetProperty("fields", out JsonElement fields)
            ? fields.EnumerateObject().ToDictionary(field => field.Name, object? (field) => field.Value.GetString())
            : [],
    };

    private static InetAddress Address(JsonElement json, string name) =>
        InetAddress.Parse(json.GetProperty(name).GetString()!);

    private static ushort Port(JsonElement json, string name) => json.GetProperty(name).GetUInt16();
}
