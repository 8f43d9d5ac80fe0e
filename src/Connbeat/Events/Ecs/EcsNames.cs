using System.Text.Json;

namespace Connbeat.Events.Ecs;

/// <summary>The names of fields in ECS that the connbeat schema does not have, escaped once.</summary>
internal static class EcsNames
{
    public static readonly JsonEncodedText Client = JsonEncodedText.Encode("client");
    public static readonly JsonEncodedText Connbeat = JsonEncodedText.Encode("connbeat");
    public static readonly JsonEncodedText DataStream = JsonEncodedText.Encode("data_stream");
    public static readonly JsonEncodedText Destination = JsonEncodedText.Encode("destination");
    public static readonly JsonEncodedText Ecs = JsonEncodedText.Encode("ecs");
    public static readonly JsonEncodedText Host = JsonEncodedText.Encode("host");
    public static readonly JsonEncodedText Orchestrator = JsonEncodedText.Encode("orchestrator");
    public static readonly JsonEncodedText Process = JsonEncodedText.Encode("process");
    public static readonly JsonEncodedText Related = JsonEncodedText.Encode("related");
    public static readonly JsonEncodedText Server = JsonEncodedText.Encode("server");
    public static readonly JsonEncodedText Source = JsonEncodedText.Encode("source");

    public static readonly JsonEncodedText Boot = JsonEncodedText.Encode("boot");
    public static readonly JsonEncodedText Bytes = JsonEncodedText.Encode("bytes");
    public static readonly JsonEncodedText Category = JsonEncodedText.Encode("category");
    public static readonly JsonEncodedText CommandLine = JsonEncodedText.Encode("command_line");
    public static readonly JsonEncodedText Dataset = JsonEncodedText.Encode("dataset");
    public static readonly JsonEncodedText EntityId = JsonEncodedText.Encode("entity_id");
    public static readonly JsonEncodedText EnvVars = JsonEncodedText.Encode("env_vars");
    public static readonly JsonEncodedText Hosts = JsonEncodedText.Encode("hosts");
    public static readonly JsonEncodedText IanaNumber = JsonEncodedText.Encode("iana_number");
    public static readonly JsonEncodedText Kind = JsonEncodedText.Encode("kind");
    public static readonly JsonEncodedText Module = JsonEncodedText.Encode("module");
    public static readonly JsonEncodedText Os = JsonEncodedText.Encode("os");
    public static readonly JsonEncodedText Outcome = JsonEncodedText.Encode("outcome");
    public static readonly JsonEncodedText Parent = JsonEncodedText.Encode("parent");
    public static readonly JsonEncodedText PidNamespace = JsonEncodedText.Encode("pid_ns_ino");
    public static readonly JsonEncodedText Port = JsonEncodedText.Encode("port");
    public static readonly JsonEncodedText Resource = JsonEncodedText.Encode("resource");

    private static readonly HashSet<string> Root =
    [
        "@timestamp", "agent", "client", "connbeat", "container", "data_stream", "destination", "ecs", "error", "event",
        "fields", "host", "network", "orchestrator", "process", "related", "server", "source", "tags", "user",
    ];

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> RootBySpan =
        Root.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// True for a name at the root of events, which a user's own field there cannot have. A dotted name is one in the
    /// object before its first dot: Elasticsearch takes both forms for the same field.
    /// </summary>
    public static bool IsOwn(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return RootBySpan.Contains(dot < 0 ? name : name.AsSpan(0, dot));
    }
}
