using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Connbeat.Config;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Kafka;

/// <summary>A client that looks at a cluster and makes topics. Its calls wait for answers.</summary>
internal sealed class KafkaAdmin : IDisposable
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(250);

    private readonly IAdminClient _client;
    private volatile string? _trouble;
    private volatile bool _isHopeless;

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
            throw KafkaWords.Refusal(refused);
        }
    }

    /// <summary>What keeps it from reaching the cluster; null where nothing does.</summary>
    public string? Trouble => _trouble;

    /// <summary>All brokers and topics. It waits no longer than it takes to know that nobody will say it.</summary>
    /// <exception cref="KafkaException">No broker says it in time.</exception>
    public Metadata Look(TimeSpan patience)
    {
        // What is wrong comes while a question waits, and does not end it. Each is put longer than the one before, for an
        // answer that comes after its question has ended is lost.
        TimeSpan left = patience;
        for (TimeSpan next = FirstLook; ; next *= 2)
        {
            TimeSpan time = next < left ? next : left;
            left -= time;
            try
            {
                return _client.GetMetadata(time);
            }
            catch (KafkaException) when (left > TimeSpan.Zero && !_isHopeless)
            {
                // A longer look may see more.
            }
        }
    }

    /// <summary>Makes a topic.</summary>
    /// <exception cref="CreateTopicsException">It is not made; its results say why.</exception>
    /// <exception cref="KafkaException">Nobody answers.</exception>
    public Task MakeAsync(TopicSpecification topic, TimeSpan patience) => _client.CreateTopicsAsync(
        [topic], new CreateTopicsOptions { OperationTimeout = patience, RequestTimeout = patience });

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>That all brokers are down is known by why the last one is.</summary>
    private void Failed(Error error)
    {
        _trouble = error.Code is ErrorCode.Local_AllBrokersDown && _trouble is { } known ? known : KafkaWords.Of(error);
        _isHopeless |= KafkaWords.IsTrouble(error.Code);
    }
}
