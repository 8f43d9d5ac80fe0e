using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Connbeat.Config;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Kafka;

/// <summary>A client that looks at a cluster and makes topics. Its calls wait for answers.</summary>
internal sealed class KafkaAdmin : IDisposable
{
    private readonly IAdminClient _client;
    private volatile string? _trouble;

    /// <summary>Opens it; it connects from then on.</summary>
    /// <exception cref="OutputUnavailableException">librdkafka does not take the settings.</exception>
    public KafkaAdmin(KafkaOutputOptions options, OAuthTokens? tokens)
    {
        try
        {
            AdminClientBuilder builder = new(KafkaSettings.OfClient(options));
            builder.SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => Failed(error));
            if (tokens is not null)
            {
                builder.SetOAuthBearerTokenRefreshHandler((client, _) => tokens.Refresh(client));
            }

            _client = builder.Build();
        }
        catch (Exception refused) when (refused is InvalidOperationException or KafkaException or ArgumentException)
        {
            throw new OutputUnavailableException($"librdkafka refuses the settings of output.kafka: {refused.Message}", refused);
        }
    }

    /// <summary>What keeps it from reaching the cluster; null where nothing does.</summary>
    public string? Trouble => _trouble;

    /// <summary>All brokers and topics.</summary>
    /// <exception cref="KafkaException">No broker says it in time.</exception>
    public Metadata Look(TimeSpan patience) => _client.GetMetadata(patience);

    /// <summary>Makes a topic.</summary>
    /// <exception cref="CreateTopicsException">It is not made; its results say why.</exception>
    /// <exception cref="KafkaException">Nobody answers.</exception>
    public Task MakeAsync(TopicSpecification topic, TimeSpan patience) => _client.CreateTopicsAsync(
        [topic], new CreateTopicsOptions { OperationTimeout = patience, RequestTimeout = patience });

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>That all brokers are down is known by why the last one is.</summary>
    private void Failed(Error error) =>
        _trouble = error.Code is ErrorCode.Local_AllBrokersDown && _trouble is { } known ? known : KafkaWords.Of(error);
}
