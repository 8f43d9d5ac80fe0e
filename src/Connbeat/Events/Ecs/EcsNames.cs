namespace Connbeat.Events.Ecs;

/// <summary>The names of fields in ECS that the connbeat schema does not have, escaped once.</summary>
internal static class EcsNames
{
    public static readonly FieldName Client = new("client");
    public static readonly FieldName Connbeat = new("connbeat");
    public static readonly FieldName DataStream = new("data_stream");
    public static readonly FieldName Destination = new("destination");
    public static readonly FieldName Ecs = new("ecs");
    public static readonly FieldName Host = new("host");
    public static readonly FieldName Orchestrator = new("orchestrator");
    public static readonly FieldName Process = new("process");
    public static readonly FieldName Related = new("related");
    public static readonly FieldName Server = new("server");
    public static readonly FieldName Source = new("source");

    public static readonly FieldName Args = new("args");
    public static readonly FieldName Boot = new("boot");
    public static readonly FieldName Bytes = new("bytes");
    public static readonly FieldName Category = new("category");
    public static readonly FieldName CommandLine = new("command_line");
    public static readonly FieldName Dataset = new("dataset");
    public static readonly FieldName EntityId = new("entity_id");
    public static readonly FieldName EnvVars = new("env_vars");
    public static readonly FieldName Hosts = new("hosts");
    public static readonly FieldName IanaNumber = new("iana_number");
    public static readonly FieldName Kind = new("kind");
    public static readonly FieldName Module = new("module");
    public static readonly FieldName Os = new("os");
    public static readonly FieldName Outcome = new("outcome");
    public static readonly FieldName Packets = new("packets");
    public static readonly FieldName Parent = new("parent");
    public static readonly FieldName PidNamespace = new("pid_ns_ino");
    public static readonly FieldName Port = new("port");
    public static readonly FieldName Resource = new("resource");

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
