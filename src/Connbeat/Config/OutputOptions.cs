namespace Connbeat.Config;

/// <summary>Where events go: the <c>output</c> section. Without one, they go to the console.</summary>
internal sealed record OutputOptions
{
    /// <summary>The console; null for none. Default: as if its section were empty.</summary>
    public ConsoleOptions? Console { get; init; } = new();

    /// <summary>Files; null for none. Default none.</summary>
    public FileOutputOptions? File { get; init; }

    /// <summary>A web server; null for none. Default none.</summary>
    public HttpOutputOptions? Http { get; init; }

    /// <summary>Elasticsearch or OpenSearch; null for none. Default none.</summary>
    public ElasticsearchOptions? Elasticsearch { get; init; }

    /// <summary>Kafka; null for none. Default none.</summary>
    public KafkaOutputOptions? Kafka { get; init; }

    /// <summary>The forms in which events are sent.</summary>
    public IReadOnlyCollection<EventSchema> Schemas() =>
    [
        .. new[] { Console?.Pump, File?.Pump, Http?.Pump, Elasticsearch?.Pump, Kafka?.Pump }
            .OfType<PumpOptions>().Select(pump => pump.Schema),
    ];

    /// <summary>Reads the <c>output</c> section of the root. Of several outputs each gets every event.</summary>
    /// <param name="root">The root.</param>
    /// <param name="schema">That of outputs that have none of their own.</param>
    /// <param name="fields">The fields that an event can have as it is sent in a schema.</param>
    public static OutputOptions Read(ConfigSection root, EventSchema schema, Func<EventSchema, EventFields> fields)
    {
        ConfigSection output = root.Section("output");
        if (!root.Has("output"))
        {
            ConsoleOptions console = new();
            return new() { Console = console with { Pump = console.Pump with { Schema = schema } } };
        }

        OutputOptions options = new()
        {
            Console = output.Optional("console", section => ConsoleOptions.Read(section, schema)),
            File = output.Optional("file", section => FileOutputOptions.Read(section, schema)),
            Http = output.Optional("http", section => HttpOutputOptions.Read(section, schema)),
            Elasticsearch = output.Optional("elasticsearch", section => ElasticsearchOptions.Read(section, schema, fields)),
            Kafka = output.Optional("kafka", section => KafkaOutputOptions.Read(section, schema, fields)),
        };
        if (options is { Console: null, File: null, Http: null, Elasticsearch: null, Kafka: null } &&
            !output.HasBeside("console", "file", "http", "elasticsearch", "kafka"))
        {
            output.Fault("No outputs are defined. Please define one under the output section.");
        }

        return options;
    }
}
