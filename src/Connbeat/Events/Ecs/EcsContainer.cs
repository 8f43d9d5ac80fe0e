using System.Text.Json;

namespace Connbeat.Events.Ecs;

/// <summary>
/// A container as events tell it: the objects <c>container</c> and <c>orchestrator</c>, and under <c>connbeat.container</c>
/// what ECS has no field for, as the connbeat schema has it. Each is null where nothing of it is known.
/// </summary>
internal sealed class EcsContainer
{
    private readonly ContainerFacts _facts;
    private readonly ContainerDetails? _details;
    private readonly int _addresses;

    /// <summary>Encodes what is known of a container.</summary>
    /// <param name="facts">What its control group names.</param>
    /// <param name="details">What its engine says, where it is asked.</param>
    /// <param name="addresses">Its own addresses.</param>
    public EcsContainer(ContainerFacts facts, ContainerDetails? details, LocalAddresses? addresses)
    {
        _facts = facts;
        _details = details;
        _addresses = addresses?.Count ?? 0;
        if (facts.Id is not null || facts.Runtime is not null || details is not null)
        {
            Container = new EncodedValue(EventJson.Encode(json => Write(json, facts, details)));
        }

        if (details is not null)
        {
            Own = new EncodedValue(EventJson.Encode(json => WriteOwn(json, details, addresses)));
        }

        if (facts.PodUid is { } pod)
        {
            Orchestrator = new EncodedValue(EventJson.Encode(json => WritePod(json, pod)));
        }
    }

    /// <summary>The object <c>container</c>.</summary>
    public EncodedValue? Container { get; }

    /// <summary>The object <c>connbeat.container</c>.</summary>
    public EncodedValue? Own { get; }

    /// <summary>The object <c>orchestrator</c>.</summary>
    public EncodedValue? Orchestrator { get; }

    /// <summary>How many bytes it takes.</summary>
    public int Length =>
        (Container?.Json.Length ?? 0) + (Own?.Json.Length ?? 0) + (Orchestrator?.Json.Length ?? 0);

    /// <summary>True where it was made of the same.</summary>
    public bool Is(ContainerFacts facts, ContainerDetails? details, LocalAddresses? addresses) =>
        _facts == facts && ReferenceEquals(_details, details) && _addresses == (addresses?.Count ?? 0);

    private static void Write(Utf8JsonWriter json, ContainerFacts facts, ContainerDetails? details)
    {
        json.WriteStartObject();
        json.Text(FieldNames.Id, facts.Id);
        if (details is not null)
        {
            json.WriteStartObject(FieldNames.Image);
            json.WriteString(FieldNames.Name, details.Image);
            json.WriteEndObject();
            WriteLabels(json, details.Labels);
            json.WriteString(FieldNames.Name, details.Name.TrimStart('/'));
        }

        json.Text(FieldNames.Runtime, facts.Runtime);
        json.WriteEndObject();
    }

    /// <summary>The label that is told by a name; null where none is.</summary>
    public static string? LabelOf(ContainerDetails details, string dedotted)
    {
        string? first = null;
        foreach (string name in details.Labels.Keys)
        {
            if (name.Length == dedotted.Length && (first is null || string.CompareOrdinal(name, first) < 0) &&
                name.AsSpan().CommonPrefixLength(dedotted, DotLikeUnderscore.Comparer) == name.Length)
            {
                first = name;
            }
        }

        return first is null ? null : details.Labels[first];
    }

    /// <summary>
    /// With a <c>_</c> for each dot in their names, as Beats have them: <c>a</c> and <c>a.b</c> may both be labels, but
    /// Elasticsearch would have <c>a</c> be a text and an object. Of two that become one, the first in order is told.
    /// </summary>
    private static void WriteLabels(Utf8JsonWriter json, IReadOnlyDictionary<string, string> labels)
    {
        SortedDictionary<string, string> dedotted = new(StringComparer.Ordinal);
        foreach ((string name, string value) in labels.OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            if (!string.IsNullOrWhiteSpace(name)) // Elasticsearch refuses an event with such a name
            {
                dedotted.TryAdd(name.Replace('.', '_'), value);
            }
        }

        if (dedotted.Count == 0)
        {
            return;
        }

        json.WriteStartObject(FieldNames.Labels);
        foreach ((string name, string value) in dedotted)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static void WriteOwn(Utf8JsonWriter json, ContainerDetails details, LocalAddresses? addresses)
    {
        json.WriteStartObject();
        json.WriteStartObject(FieldNames.DockerHost);
        json.WriteString(FieldNames.Hostname, details.Host.Hostname);
        if (details.Host.Ips is { } ips)
        {
            json.Texts(FieldNames.Ips, ips);
        }

        json.WriteEndObject();
        json.Texts(FieldNames.Env, details.Environment);
        if (addresses is { Count: > 0 })
        {
            json.Raw(FieldNames.LocalIps, addresses.Json);
        }

        json.Write(details.Ports);
        json.WriteEndObject();
    }

    private static void WritePod(Utf8JsonWriter json, string uid)
    {
        json.WriteStartObject();
        json.WriteStartObject(EcsNames.Resource);
        json.WriteString(FieldNames.Id, uid);
        json.WriteString(FieldNames.Type, "pod");
        json.WriteEndObject();
        json.WriteString(FieldNames.Type, "kubernetes");
        json.WriteEndObject();
    }

    private sealed class DotLikeUnderscore : EqualityComparer<char>
    {
        public static readonly DotLikeUnderscore Comparer = new();

        public override bool Equals(char x, char y) => x == y || (x == '.' && y == '_');

        public override int GetHashCode(char obj) => 0;
    }
}
