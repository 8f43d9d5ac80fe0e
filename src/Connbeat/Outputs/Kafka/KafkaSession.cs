using Confluent.Kafka;
using Connbeat.Config;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Kafka;

/// <summary>
/// A producer and what is under way in it: one batch at a time. It lives until it fails for good, or until what is under way
/// is not wanted any more; what it had is then sent again by another.
/// </summary>
internal sealed class KafkaSession : IAsyncDisposable
{
    private readonly IProducer<byte[]?, byte[]> _producer;
    private readonly List<Slot> _slots = [];
    private readonly Lock _gate = new();
    private volatile string? _trouble;
    private volatile bool _isFatal;
    private Task? _acquainting;
    private TopicPartition? _to;
    private TaskCompletionSource _troubled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens it; connections are made from then on.</summary>
    /// <param name="options">The output's settings.</param>
    /// <param name="tokens">Gives tokens, where brokers want one.</param>
    /// <exception cref="OutputUnavailableException">librdkafka does not take the settings.</exception>
    public KafkaSession(KafkaOutputOptions options, OAuthTokens? tokens) =>
        _producer = Open(KafkaSettings.OfProducer(options), Failed, tokens);

    /// <summary>Opens a producer.</summary>
    /// <param name="settings">In the words of librdkafka.</param>
    /// <param name="failed">Told of errors, on a thread of librdkafka.</param>
    /// <param name="tokens">Gives tokens, where brokers want one.</param>
    /// <exception cref="OutputUnavailableException">librdkafka does not take the settings.</exception>
    public static IProducer<byte[]?, byte[]> Open(
        IReadOnlyDictionary<string, string> settings, Action<Error> failed, OAuthTokens? tokens)
    {
        try
        {
            ProducerBuilder<byte[]?, byte[]> builder = new(settings);
            builder.SetKeySerializer(Serializers.ByteArray!)
                .SetErrorHandler((_, error) => failed(error))
                .SetLogHandler((_, _) => { }); // what is wrong comes as an error too
            if (tokens is not null)
            {
                builder.SetOAuthBearerTokenRefreshHandler((client, _) => tokens.Refresh(client));
            }

            return builder.Build();
        }
        catch (Exception refused) when (refused is InvalidOperationException or KafkaException or ArgumentException)
        {
            throw KafkaWords.Refusal(refused);
        }
    }

    /// <summary>What is under way; null where nothing is.</summary>
    public Sending? Sending { get; private set; }

    /// <summary>True where it will never deliver again.</summary>
    public bool IsFatal => _isFatal;

    /// <summary>What last kept it from delivering; null where nothing did.</summary>
    public string? Trouble => _trouble;

    /// <summary>The handle that other clients may share its connections by.</summary>
    public Handle Handle => _producer.Handle;

    /// <summary>Ends at the next trouble, or at once where it is in trouble for good.</summary>
    public Task Troubled
    {
        get
        {
            lock (_gate)
            {
                if (_troubled.Task.IsCompleted && !_isFatal)
                {
                    _troubled = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                return _troubled.Task;
            }
        }
    }

    /// <summary>Begins with a batch. Nothing may be under way.</summary>
    public Sending Begin(IReadOnlyList<EncodedEvent> batch)
    {
        _trouble = null;
        Sending = new Sending(batch);
        while (_slots.Count < batch.Count)
        {
            _slots.Add(new Slot(_slots.Count));
        }

        return Sending;
    }

    /// <summary>Sends one event of the batch under way. What comes of it, the batch is told.</summary>
    /// <param name="position">Its position.</param>
    /// <param name="topic">Where to.</param>
    /// <param name="partition">Which of its partitions.</param>
    /// <param name="message">The message.</param>
    public void Send(int position, string topic, Partition partition, Message<byte[]?, byte[]> message)
    {
        if (_to is null || !ReferenceEquals(_to.Topic, topic) || _to.Partition != partition)
        {
            _to = new TopicPartition(topic, partition); // most go where the one before them went
        }

        Slot slot = _slots[position];
        slot.Sending = Sending;
        _acquainting ??= Task.Run(() => Acquaint(topic));
        try
        {
            _producer.Produce(_to, message, slot.Report);
        }
        catch (ProduceException<byte[]?, byte[]> refused)
        {
            // Before it is sent a message is judged alone.
            Verdict verdict = Verdicts.Of(refused.Error.Code) is Verdict.Suspected ? Verdict.Rejected : Verdict.Later;
            Sending!.Settle(position, verdict, KafkaWords.Of(refused.Error));
        }
    }

    /// <summary>Ends it; what is under way may be delivered or not.</summary>
    public async ValueTask DisposeAsync()
    {
        await (_acquainting ?? Task.CompletedTask);
        await Task.Factory.StartNew(_producer.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>
    /// Asks where a topic is, because librdkafka may not until a second has passed: it does when a broker has connected, and
    /// not when the first message comes while one connects.
    /// </summary>
    private void Acquaint(string topic)
    {
        try
        {
            using IAdminClient client = new DependentAdminClientBuilder(_producer.Handle).Build();
            client.GetMetadata(topic, TimeSpan.FromSeconds(1));
        }
        catch (KafkaException)
        {
            // It will ask by itself.
        }
    }

    private void Failed(Error error)
    {
        // That all brokers are down is known by why the last one is.
        _trouble = error.Code is ErrorCode.Local_AllBrokersDown && _trouble is { } known ? known : KafkaWords.Of(error);
        if (error.IsFatal || KafkaWords.IsTrouble(error.Code))
        {
            lock (_gate)
            {
                _isFatal |= error.IsFatal;
                _troubled.TrySetResult();
            }
        }
    }

    /// <summary>A place in a batch, with one delegate for all the events that stand there.</summary>
    private sealed class Slot
    {
        public Slot(int position) => Report = report => Sending!.Settle(
            position, Verdicts.Of(report.Error.Code), report.Error.IsError ? KafkaWords.Of(report.Error) : "");

        public Sending? Sending { get; set; }

        public Action<DeliveryReport<byte[]?, byte[]>> Report { get; }
    }
}
