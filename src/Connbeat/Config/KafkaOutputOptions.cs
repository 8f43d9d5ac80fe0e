namespace Connbeat.Config;

/// <summary>Events to Kafka: the <c>output.kafka</c> section.</summary>
internal sealed record KafkaOutputOptions
{
    private const string ExpectedHosts = "brokers such as kafka-1:9092";

    private static readonly Dictionary<string, KafkaCompression> Compressions = new()
    {
        ["none"] = KafkaCompression.None,
        ["gzip"] = KafkaCompression.Gzip,
        ["snappy"] = KafkaCompression.Snappy,
        ["lz4"] = KafkaCompression.Lz4,
        ["zstd"] = KafkaCompression.Zstd,
    };

    private static readonly Dictionary<string, int> AckNumbers = new() { ["-1"] = -1, ["0"] = 0, ["1"] = 1, ["all"] = -1 };

    /// <summary>Brokers to ask first, <c>host:port</c>; they name the others. Required; without a port it is 9092.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Where an event goes that no rule is for. Default connbeat.</summary>
    public FormatString Topic { get; init; } = FormatString.Parse("connbeat");

    /// <summary>Rules that say where an event goes; the key is <c>topics</c>. Default none.</summary>
    public IReadOnlyList<RouteRule> Topics { get; init; } = [];

    /// <summary>What keeps events in one partition, and so in order. Default the connection's community id.</summary>
    public KafkaKey Key { get; init; } = KafkaKey.CommunityId;

    /// <summary>Which partition an event goes to; the key is <c>partition</c>. Default the one that its key's hash says.</summary>
    public KafkaPartitioning Partition { get; init; } = new();

    /// <summary>How connbeat says who it is; null: it does not; the keys are <c>username</c>, <c>password</c>, <c>sasl</c>.</summary>
    public KafkaSasl? Sasl { get; init; }

    /// <summary>TLS; null: none is spoken; the key is <c>ssl</c>.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>The name that brokers know this client by. Default connbeat.</summary>
    public string ClientId { get; init; } = "connbeat";

    /// <summary>How messages are compressed. Default zstd.</summary>
    public KafkaCompression Compression { get; init; } = KafkaCompression.Zstd;

    /// <summary>Who must have a message before it counts as delivered: -1 all in-sync replicas, 1 the leader, 0 nobody. Default -1.</summary>
    public int RequiredAcks { get; init; } = -1;

    /// <summary>The largest message, in bytes, that is sent; a larger one is rejected. Default 1000000.</summary>
    public int MaxMessageBytes { get; init; } = 1_000_000;

    /// <summary>How long a broker may wait for its replicas. Default 10s; the key is <c>broker_timeout</c>.</summary>
    public TimeSpan BrokerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Keep idle connections alive by TCP; the key is <c>keep_alive</c>, where 0s means no. Default false.</summary>
    public bool KeepsAlive { get; init; }

    /// <summary>How often the brokers are asked where topics are; the key is <c>metadata.refresh_frequency</c>. Default 10m.</summary>
    public TimeSpan MetadataRefresh { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The pause before they are asked again that did not say it; <c>metadata.retry.backoff</c>. Default 250ms.</summary>
    public TimeSpan MetadataBackoff { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Settings of librdkafka itself, over all others. Default none.</summary>
    public IReadOnlyList<KeyValuePair<string, Secret>> Librdkafka { get; init; } = [];

    /// <summary>How events are handed over.</summary>
    public PumpOptions Pump { get; init; } = new()
    {
        BulkMaxSize = 8192,
        FlushInterval = TimeSpan.FromMilliseconds(100),
        Timeout = TimeSpan.FromSeconds(30),
    };

    private (FormatString, KafkaKey, KafkaPartitioning, KafkaSasl?, TlsOptions?, string, KafkaCompression, int, int, TimeSpan, bool, TimeSpan, TimeSpan, PumpOptions) Single =>
        (Topic, Key, Partition, Sasl, Tls, ClientId, Compression, RequiredAcks, MaxMessageBytes, BrokerTimeout, KeepsAlive, MetadataRefresh, MetadataBackoff, Pump);

    /// <summary>Reads the <c>output.kafka</c> section.</summary>
    /// <param name="kafka">The section.</param>
    /// <param name="schema">That of outputs that have none of their own.</param>
    /// <param name="fields">The fields that an event can have as it is sent in a schema.</param>
    public static KafkaOutputOptions Read(ConfigSection kafka, EventSchema schema, Func<EventSchema, EventFields> fields)
    {
        KafkaOutputOptions defaults = new();
        PumpOptions pump = PumpOptions.Read(kafka, defaults.Pump with { Schema = schema });
        EventFields sent = fields(pump.Schema);
        ConfigSection metadata = kafka.Section("metadata");
        kafka.Section("codec");
        TimeSpan moment = TimeSpan.FromMilliseconds(1), hour = TimeSpan.FromHours(1);
        KafkaOutputOptions options = new()
        {
            Hosts = kafka.RequiredSecrets("hosts", ExpectedHosts, KafkaHost.Parse, static host => host),
            Topic = kafka.Format("topic", defaults.Topic, sent),
            Topics = kafka.Rules("topics", "topic", sent),
            Key = kafka.MessageKey("key", sent),
            Partition = KafkaPartitioning.Read(kafka.Section("partition"), sent),
            Sasl = KafkaSasl.Read(kafka),
            Tls = ReadTls(kafka),
            ClientId = kafka.Text("client_id", defaults.ClientId),
            Compression = kafka.Choice("compression", defaults.Compression, Compressions),
            RequiredAcks = kafka.Choice("required_acks", defaults.RequiredAcks, AckNumbers),
            MaxMessageBytes = (int)kafka.Size("max_message_bytes", defaults.MaxMessageBytes, 1000, 1_000_000_000),
            BrokerTimeout = kafka.Duration("broker_timeout", defaults.BrokerTimeout, moment, TimeSpan.FromMinutes(15)),
            KeepsAlive = kafka.Duration("keep_alive", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromHours(24)) > TimeSpan.Zero,
            MetadataRefresh = metadata.Duration("refresh_frequency", defaults.MetadataRefresh, TimeSpan.FromSeconds(1), hour),
            MetadataBackoff = metadata.Section("retry").Duration("backoff", defaults.MetadataBackoff, moment, TimeSpan.FromMinutes(1)),
            Librdkafka = kafka.Secrets("librdkafka", LibrdkafkaSettings.ProblemOf),
            Pump = pump,
        };
        if (options.Topic.IsLiteral && KafkaTopic.ProblemOf(options.Topic.Text) is { } problem)
        {
            kafka.Fault("topic", $"is '{options.Topic.Text}', which {problem}");
        }

        if (options.RequiredAcks != -1 && !kafka.IsOff)
        {
            kafka.Warn("required_acks", "is not -1: what a broker loses that fails is lost, and is not counted");
        }

        return options;
    }

    /// <summary>Equal settings make equal outputs, so lists are equal where what is in them is.</summary>
    public bool Equals(KafkaOutputOptions? other) =>
        other is not null && Single.Equals(other.Single) && Hosts.SequenceEqual(other.Hosts) &&
        Topics.SequenceEqual(other.Topics) && Librdkafka.SequenceEqual(other.Librdkafka);

    /// <inheritdoc/>
    public override int GetHashCode() => Single.GetHashCode();

    /// <summary>As with the original, TLS is spoken where something is said about it.</summary>
    private static TlsOptions? ReadTls(ConfigSection kafka)
    {
        bool isOn = kafka.IsOn("ssl");
        TlsOptions tls = TlsOptions.Read(kafka, older: null, out string name);
        if (isOn && tls.Protocols != new TlsOptions().Protocols)
        {
            kafka.Warn(name, "has supported_protocols, which have no effect on Kafka; the system's OpenSSL chooses, and its openssl.cnf can narrow the choice");
        }

        if (!isOn)
        {
            kafka.NoteOff(name);
        }

        return isOn ? tls : null;
    }
}

/// <summary>How messages are compressed.</summary>
internal enum KafkaCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip.</summary>
    Gzip,

    /// <summary>Snappy.</summary>
    Snappy,

    /// <summary>LZ4.</summary>
    Lz4,

    /// <summary>Zstandard.</summary>
    Zstd,
}
