using Connbeat.Config;
using Connbeat.Events;

namespace Connbeat.Tests.Support;

/// <summary>Events, hosts and names of fields at random, always the same.</summary>
internal static class AnyEvents
{
    /// <summary>Every event that another test makes, in the order of a shuffled deck.</summary>
    public static ConnectionEvent[] Deck(int seed)
    {
        ConnectionEvent[] events =
        [
            .. EventCombinations.All(),
            .. HostileEvent.Texts.Where(text => text.Length < 100).Select(text => HostileEvent.Of(text)),
            .. HostileEvent.RandomTexts(100).Select(text => HostileEvent.Of(text)),
            .. OfEveryKind(),
        ];
        new Random(seed).Shuffle(events);
        return events;
    }

    /// <summary>A host whose user has fields of every kind.</summary>
    public static HostFacts Host(bool fieldsUnderRoot) => Some.Host() with
    {
        Tags = ["edge", "berlin"],
        FieldsUnderRoot = fieldsUnderRoot,
        Fields = new Dictionary<string, object?>
        {
            ["site"] = "berlin",
            ["rack"] = 7L,
            ["load"] = 0.5,
            ["live"] = true,
            ["owner"] = new Dictionary<string, object?> { ["team"] = "net", ["mail"] = new List<object?> { "a@b", "c@d" } },
            ["empty"] = new Dictionary<string, object?>(),
            ["a.b"] = "dotted",
            ["aardvark"] = null,
        },
    };

    /// <summary>Names that a list can have, a few of which no event has.</summary>
    public static string[] Names { get; } =
    [
        .. SchemaFields.Of(EventSchema.Connbeat).Names.Union(SchemaFields.Of(EventSchema.Ecs).Names).Order(StringComparer.Ordinal),
        "container.labels.com", "container.labels.com.docker", "container.labels.com.docker.compose.service",
        "container.labels.com_docker_compose_service", "container.labels.maintainer", "container.ports.80",
        "connbeat.container.ports.443", "fields.site", "fields.owner", "fields.owner.team", "fields.a", "fields.a.b",
        "fields.empty", "fields.empty.x", "site", "owner.mail", "rack", "a", "local_port.x", "nobody.has.this", "network.direction.x",
    ];

    /// <summary>A few of them.</summary>
    public static string[] SomeNames(Random random, int most) =>
        [.. Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => Names[random.Next(Names.Length)])];

    /// <summary>An event of every action, and one of each container.</summary>
    public static IEnumerable<ConnectionEvent> OfEveryKind() => [.. Enum.GetValues<EventAction>().Select(Some.Event), .. WithContainers()];

    private static IEnumerable<ConnectionEvent> WithContainers() =>
        Enum.GetValues<EventAction>().Where(action => !action.IsAgent()).SelectMany(action => new[]
        {
            Some.Container(), Some.ContainerOfPod(), new ContainerFacts { PodUid = Some.ContainerOfPod().PodUid },
        }.Select(container => Some.Event(action) with
        {
            Socket = Some.Event(action).Socket! with
            {
                Container = container,
                ContainerDetails = Some.ContainerDetails(),
                Direction = action.IsListener() ? Direction.Listening : (Direction)((int)action % 3),
            },
        }));
}
