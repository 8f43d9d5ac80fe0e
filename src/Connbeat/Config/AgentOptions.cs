namespace Connbeat.Config;

/// <summary>Everything that can be set, with its defaults: connbeat.yml as one value that never changes.</summary>
internal sealed record AgentOptions
{
    /// <summary>The schemas, by the names that connbeat.yml has for them.</summary>
    public static readonly IReadOnlyDictionary<string, EventSchema> Schemas = new Dictionary<string, EventSchema>
    {
        ["connbeat"] = EventSchema.Connbeat,
        ["ecs"] = EventSchema.Ecs,
    };

    /// <summary>What the kernel is asked, and how often.</summary>
    public CaptureOptions Capture { get; init; } = new();

    /// <summary>When a connection is told, and told again.</summary>
    public TrackingOptions Tracking { get; init; } = new();

    /// <summary>What an event says about the owner of a socket.</summary>
    public EnrichmentOptions Enrichment { get; init; } = new();

    /// <summary>The form of events. Default connbeat.</summary>
    public EventSchema Schema { get; init; } = EventSchema.Connbeat;

    /// <summary>How long a stop may take to deliver what is waiting, 0s to 1h. Default 10s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The value of <c>beat.name</c>; null stands for the host name.</summary>
    public string? Name { get; init; }

    /// <summary>Words that every event carries. Default none.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>
    /// What else every event carries: null, bool, long, double, string, <c>List&lt;object?&gt;</c> and
    /// <c>Dictionary&lt;string, object?&gt;</c> of them. Default nothing.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Fields { get; init; } = new Dictionary<string, object?>();

    /// <summary>True: <see cref="Fields"/> stand beside the event's own fields, not in one. Default false.</summary>
    public bool FieldsUnderRoot { get; init; }

    /// <summary>What is done to events before they are sent, in this order. Default nothing.</summary>
    public IReadOnlyList<ProcessorOptions> Processors { get; init; } = [];

    /// <summary>Where events wait for the outputs.</summary>
    public QueueOptions Queue { get; init; } = new();

    /// <summary>Where events go.</summary>
    public OutputOptions Output { get; init; } = new();

    /// <summary>What is made at the far ends by <c>connbeat setup</c>.</summary>
    public SetupOptions Setup { get; init; } = new();

    /// <summary>What is served to Prometheus.</summary>
    public ExporterOptions Exporters { get; init; } = new();

    /// <summary>What the agent says about itself.</summary>
    public LoggingOptions Logging { get; init; } = new();

    /// <summary>Reads the whole of connbeat.yml.</summary>
    public static AgentOptions Read(ConfigSection root)
    {
        AgentOptions defaults = new();
        ConfigSection connbeat = root.Section("connbeat");
        EventSchema schema = connbeat.Choice("schema", defaults.Schema, Schemas);
        string name = root.Text("name", "");
        IReadOnlyDictionary<string, object?> own = root.FreeValues("fields");
        bool ownAreAtTheRoot = root.Bool("fields_under_root", defaults.FieldsUnderRoot);
        AgentOptions options = new()
        {
            Capture = CaptureOptions.Read(connbeat),
            Tracking = TrackingOptions.Read(connbeat),
            Enrichment = EnrichmentOptions.Read(connbeat),
            Schema = schema,
            ShutdownTimeout = connbeat.Duration(
                "shutdown_timeout", defaults.ShutdownTimeout, TimeSpan.Zero, TimeSpan.FromHours(1)),
            Name = name.Length > 0 ? name : null,
            Tags = root.TextList("tags", defaults.Tags),
            Fields = own,
            FieldsUnderRoot = ownAreAtTheRoot,
            Queue = QueueOptions.Read(root.Section("queue")),
            Output = OutputOptions.Read(root, schema, sent => new EventFields([sent], [sent], own, ownAreAtTheRoot)),
            Exporters = ExporterOptions.Read(root),
            Logging = LoggingOptions.Read(root.Section("logging")),
        };
        EventFields fields = new(options.Output.Schemas(), own, ownAreAtTheRoot);
        return options with
        {
            Processors = root.Processors("processors", fields),
            Setup = SetupOptions.Read(root.Section("setup"), options.Output),
        };
    }
}

/// <summary>The form in which events are published.</summary>
internal enum EventSchema
{
    /// <summary>The original's fields and more; nested by dots.</summary>
    Connbeat,

    /// <summary>Elastic Common Schema.</summary>
    Ecs,
}
