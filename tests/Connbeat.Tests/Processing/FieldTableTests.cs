using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Connbeat.Conditions;
using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Events.Ecs;
using Connbeat.Linux;
using Connbeat.Processing.Fields;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Processing;

/// <summary>A condition sees of an event what its reader will see, whichever schema it is sent in.</summary>
public sealed class FieldTableTests
{
    public static TheoryData<string> Names => [.. AnyEvents.Names.Where(name =>
        new EventFields([], new Dictionary<string, object?>(), false).KindOf(name) is not (null or FieldKind.Section))];

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void Every_value_that_is_written_is_that_of_the_field_of_its_name(bool isEcs, bool exposeProcesses)
    {
        LocalAddresses addresses = new();
        HostFacts host = AnyEvents.Host(fieldsUnderRoot: false);
        FieldTable table = Processors.Table(host, addresses, exposeProcesses);
        using IEventEncoder encoder = isEcs
            ? new EcsEncoder(host, EncodedEcs.Boot, addresses, exposeProcesses)
            : new ConnbeatEncoder(host, addresses, exposeProcesses);
        Dictionary<string, EventField?> fields = new() { ["container.local_ips"] = table.Find("container.local_ips") };
        foreach (ConnectionEvent happened in AnyEvents.Deck(seed: 5).Where(IsUnicode).Take(1_500))
        {
            table.Learn(happened);
            ArrayBufferWriter<byte> bytes = new();
            encoder.Encode(happened, bytes);
            foreach ((string name, JsonElement value) in Leaves(JsonElement.Parse(bytes.WrittenSpan)))
            {
                if (!fields.TryGetValue(name, out EventField? field))
                {
                    fields[name] = field = table.Find(name);
                }

                SeenValues seen = new();
                Assert.False(field is null, $"there is no field {name}");
                Assert.False(field.Passes(happened, seen));
                Assert.Subset(seen.Values.ToHashSet(), ValuesOf(value).ToHashSet());
            }
        }
    }

    /// <summary>Also where the user's schema is the other one.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Every_field_of_the_schemas_can_be_looked_at(string name) => Assert.NotNull(Processors.Table().Find(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void What_an_event_is_sent_without_it_does_not_have(string name)
    {
        FieldTable table = Processors.Table();
        HashSet<string> written = [];
        ConnectionEvent alive = new()
        {
            Action = EventAction.AgentAlive,
            Id = Some.Ids().OfObservation(1),
            Sequence = 1,
            Timestamp = Some.Time,
            Created = Some.Time,
        };
        written.UnionWith(Leaves(EncodedEvents.Read(alive, AnyEvents.Host(false))).Select(leaf => leaf.Name));
        written.UnionWith(Leaves(EncodedEcs.Read(alive, AnyEvents.Host(false))).Select(leaf => leaf.Name));
        SeenValues seen = new();
        table.Find(name)!.Passes(alive, seen);

        Assert.Equal(written.Contains(name) && name is not "beat.local_ips", seen.Values.Count > 0);
    }

    private static bool IsUnicode(ConnectionEvent happened) =>
        happened.Reason is not { } text || HostileEvent.Replaced(text) == text;

    private static IEnumerable<(string Name, JsonElement Value)> Leaves(JsonElement json, string prefix = "") =>
        json.EnumerateObject().SelectMany(field => field.Value.ValueKind switch
        {
            JsonValueKind.Object => Leaves(field.Value, $"{prefix}{field.Name}."),
            JsonValueKind.Null => [],
            JsonValueKind.Array when field.Value.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object) => [],
            JsonValueKind.Array when $"{prefix}{field.Name}".StartsWith("container.ports.", StringComparison.Ordinal) => [],
            JsonValueKind.Array when $"{prefix}{field.Name}".StartsWith("connbeat.container.ports.", StringComparison.Ordinal) => [],
            _ => new[] { ($"{prefix}{field.Name}", field.Value) },
        });

    private static IEnumerable<string> ValuesOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(ValuesOf),
        JsonValueKind.String => [value.GetString()!],
        _ => [value.GetRawText()],
    };

    /// <summary>Passes nothing, and remembers what it was asked about.</summary>
    private sealed class SeenValues : ValueTest
    {
        public List<string> Values { get; } = [];

        public override bool Passes(ReadOnlySpan<char> text) => Add(text.ToString());

        public override bool Passes(long number) => Add(number.ToString(CultureInfo.InvariantCulture));

        public override bool Passes(double number) => Add(number.ToString(CultureInfo.InvariantCulture));

        public override bool Passes(bool boolean) => Add(boolean ? "true" : "false");

        public override bool Passes(InetAddress address) => base.Passes(address);

        private bool Add(string value)
        {
            Values.Add(value);
            return false;
        }
    }
}
