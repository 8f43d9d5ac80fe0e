namespace Connbeat.Config;

/// <summary>Events to Elasticsearch or OpenSearch: the <c>output.elasticsearch</c> section.</summary>
internal sealed record ElasticsearchOptions
{
    /// <summary>The port where an address has none.</summary>
    public const int Port = 9200;

    private const string Name = "output.elasticsearch";

    private static readonly FormatString DailyIndex = FormatString.Parse("connbeat-%{+yyyy.MM.dd}");
    private static readonly FormatString DataStream = FormatString.Parse("logs-connbeat.connection-default");

    /// <summary>Whom to ask, and as whom.</summary>
    public ElasticConnection Connection { get; init; } = new();

    /// <summary>True: the hosts get requests in turn; false: all go to the first that answers. Default true.</summary>
    public bool LoadBalance { get; init; } = true;

    /// <summary>How hard gzip tries, 1 to 9; 0: not at all. Default 0.</summary>
    public int CompressionLevel { get; init; }

    /// <summary>
    /// The index, or the data stream, of events that no rule has one for. Default <c>connbeat-%{+yyyy.MM.dd}</c>; for ECS
    /// the data stream <c>logs-connbeat.connection-default</c>.
    /// </summary>
    public FormatString Index { get; init; } = DailyIndex;

    /// <summary>Rules that name another index. Default none.</summary>
    public IReadOnlyList<RouteRule> Indices { get; init; } = [];

    /// <summary>The ingest pipeline of events that no rule has one for; null: that of the index. Default null.</summary>
    public FormatString? Pipeline { get; init; }

    /// <summary>Rules that name another pipeline. Default none.</summary>
    public IReadOnlyList<RouteRule> Pipelines { get; init; } = [];

    /// <summary>What <c>connbeat setup</c> does about the index template.</summary>
    public ElasticTemplateOptions Template { get; init; } = new();

    /// <summary>How events are handed over. A batch has time for all the requests that it may take.</summary>
    public PumpOptions Pump { get; init; } = new();

    private (ElasticConnection, bool, int, FormatString, FormatString?, ElasticTemplateOptions, PumpOptions) Single =>
        (Connection, LoadBalance, CompressionLevel, Index, Pipeline, Template, Pump);

    /// <summary>What holds where the section says nothing but where to.</summary>
    public static ElasticsearchOptions Default(EventSchema schema) => new()
    {
        Index = schema is EventSchema.Ecs ? DataStream : DailyIndex,
        Pump = new PumpOptions { Schema = schema },
    };

    /// <summary>Reads the section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="schema">The schema, unless the section has its own.</param>
    /// <param name="fieldsOf">The fields that an event can have as it is sent in a schema.</param>
    public static ElasticsearchOptions Read(
        ConfigSection section, EventSchema schema, Func<EventSchema, EventFields> fieldsOf)
    {
        ElasticsearchOptions defaults = new();
        PumpOptions pump = PumpOptions.Read(section, defaults.Pump with { Schema = schema });
        EventFields fields = fieldsOf(pump.Schema);
        ElasticsearchOptions options = new()
        {
            Connection = ElasticConnection.Read(section, Name, "hosts", Port, pump.Timeout),
            LoadBalance = section.Bool("loadbalance", defaults.LoadBalance),
            CompressionLevel = section.Int("compression_level", defaults.CompressionLevel, min: 0, max: 9),
            Index = section.Format("index", Default(pump.Schema).Index, fields),
            Indices = section.Rules("indices", "index", fields),
            Pipeline = section.Format("pipeline", fields) is { Text.Length: > 0 } pipeline ? pipeline : null,
            Pipelines = section.Rules("pipelines", "pipeline", fields),
            Template = ElasticTemplateOptions.Read(section.Section("template")),
        };
        if (options.Index.Text.Length == 0)
        {
            section.Fault("index", "is empty; expected the name of an index");
        }

        // A request to each host, and one more, so that it is the request that gives up.
        TimeSpan whole = pump.Timeout * (options.Connection.Hosts.Count + 1);
        return options with { Pump = pump with { Timeout = whole } };
    }

    /// <summary>Equal settings make equal outputs, so lists are equal where what is in them is.</summary>
    public bool Equals(ElasticsearchOptions? other) =>
        other is not null && Single.Equals(other.Single) && Indices.SequenceEqual(other.Indices) &&
        Pipelines.SequenceEqual(other.Pipelines);

    /// <inheritdoc/>
    public override int GetHashCode() => Single.GetHashCode();
}
