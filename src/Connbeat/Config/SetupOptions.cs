namespace Connbeat.Config;

/// <summary>What is made at the far ends by <c>connbeat setup</c>: the <c>setup</c> section.</summary>
internal sealed record SetupOptions
{
    /// <summary>Dashboards, and how long indices are kept.</summary>
    public ElasticSetupOptions Elastic { get; init; } = new();

    /// <summary>Topics in Kafka.</summary>
    public KafkaSetupOptions Kafka { get; init; } = new();

    /// <summary>Reads the section.</summary>
    /// <param name="setup">The section.</param>
    /// <param name="output">The outputs.</param>
    public static SetupOptions Read(ConfigSection setup, OutputOptions output) => new()
    {
        Elastic = ElasticSetupOptions.Read(setup, output.Elasticsearch?.Connection),
        Kafka = KafkaSetupOptions.Read(setup.Section("kafka")),
    };
}
