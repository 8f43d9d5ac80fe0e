using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class KafkaOutputOptionsTests : IDisposable
{
    private readonly ConfigDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("kafka-1", "kafka-1:9092")]
    [InlineData("kafka-1:19092", "kafka-1:19092")]
    [InlineData("192.0.2.7", "192.0.2.7:9092")]
    [InlineData("2001:db8::7", "[2001:db8::7]:9092")]
    [InlineData("[2001:db8::7]", "[2001:db8::7]:9092")]
    [InlineData("[2001:db8::7]:19092", "[2001:db8::7]:19092")]
    [InlineData("", null)]
    [InlineData(":9092", null)]
    [InlineData("a:b", null)]
    [InlineData("a:0", null)]
    [InlineData("a,b", null)]
    [InlineData("PLAINTEXT://a:9092", null)]
    [InlineData("u:p@a:9092", null)]
    public void A_broker_is_a_host_and_a_port(string text, string? broker) => Assert.Equal(broker, KafkaHost.Parse(text));

    [Theory]
    [InlineData("connbeat", true)]
    [InlineData("a.B_c-9", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    public void A_topic_has_a_name_that_brokers_take(string name, bool isTopic) =>
        Assert.Equal(isTopic, KafkaTopic.ProblemOf(name) is null);

    [Fact]
    public void A_name_of_249_characters_is_the_longest()
    {
        Assert.Null(KafkaTopic.ProblemOf(new string('a', 249)));
        Assert.NotNull(KafkaTopic.ProblemOf(new string('a', 250)));
    }

    [Theory]
    [InlineData("username: joe, password: hunter2", KafkaMechanism.Plain)]
    [InlineData("username: joe, password: hunter2, sasl.mechanism: SCRAM-SHA-512", KafkaMechanism.ScramSha512)]
    [InlineData("username: joe, password: hunter2, sasl: { mechanism: oauthbearer, token_url: 'https://a/token' }", KafkaMechanism.OAuthBearer)]
    public void Who_asks_is_said_by_user_and_password(string settings, object mechanism)
    {
        LoadedConfig loaded = Load(settings);
        KafkaSasl sasl = loaded.Options.Output.Kafka!.Sasl!;

        Assert.Equal((mechanism, "joe", "hunter2"), (sasl.Mechanism, sasl.Username, sasl.Password!.Value));
        Assert.DoesNotContain("hunter2", ConfigDirectory.Exported(loaded), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", loaded.Options.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(loaded.Options.Output.Kafka, Load(settings.Replace("hunter2", "hunter3", StringComparison.Ordinal)).Options.Output.Kafka);
    }

    [Theory]
    [InlineData("username: '', password: ''")]
    [InlineData("sasl.mechanism: plain")]
    [InlineData("key: ''")]
    public void What_is_empty_asks_for_nothing(string settings)
    {
        LoadedConfig loaded = Load(settings);

        Assert.Null(loaded.Options.Output.Kafka!.Sasl);
        Assert.Empty(loaded.Warnings);
    }

    [Theory]
    [InlineData("client_id: a", false)]
    [InlineData("ssl: {}", true)]
    [InlineData("ssl.verification_mode: certificate", true)]
    [InlineData("ssl.enabled: true", true)]
    [InlineData("ssl: { enabled: '${NONE:no}', verification_mode: certificate }", false)]
    public void Tls_is_spoken_where_something_is_said_about_it(string settings, bool isSpoken) =>
        Assert.Equal(isSpoken, Load(settings).Options.Output.Kafka!.Tls is not null);

    [Fact]
    public void Versions_of_tls_are_not_chosen_here() =>
        Assert.Equal(
            ["connbeat.yml:1: output.kafka.ssl has supported_protocols, which have no effect on Kafka; the system's OpenSSL chooses, and its openssl.cnf can narrow the choice"],
            _directory.Warnings("output.kafka: { hosts: a, ssl.supported_protocols: [TLSv1.3] }"));

    [Fact]
    public void To_lose_events_is_worth_a_warning() =>
        Assert.Equal(
            ["connbeat.yml:1: output.kafka.required_acks is not -1: what a broker loses that fails is lost, and is not counted"],
            _directory.Warnings("output.kafka: { hosts: a, required_acks: 0 }"));

    [Theory]
    [InlineData("client_id: a")]
    [InlineData("key: host, topic: '%{[type]}', topics: [{ topic: a, when.equals.local_port: 1 }]")]
    [InlineData("partition.round_robin.group_events: 7, librdkafka: { linger.ms: 20 }")]
    [InlineData("partition.hash.hash: [local_ip], required_acks: all, compression: none")]
    public void What_export_prints_means_the_same(string settings)
    {
        LoadedConfig first = Load(settings);
        LoadedConfig second = _directory.Load(
            ConfigDirectory.Exported(first).Replace(Secret.Shown, "20", StringComparison.Ordinal));

        Assert.Equal(first.Options.Output.Kafka, second.Options.Output.Kafka);
        Assert.Equal(first.Options.Output.Kafka!.GetHashCode(), second.Options.Output.Kafka!.GetHashCode());
    }

    /// <summary>Fields are named as they are sent; others are no fields there.</summary>
    [Theory]
    [InlineData("schema: ecs, topic: '%{[source.ip]}'", null)]
    [InlineData("topic: '%{[source.ip]}'", "topic names source.ip, which no event has that is sent there")]
    [InlineData("schema: ecs, key: '%{[local_ip]}'", "key names local_ip, which no event has that is sent there")]
    [InlineData("partition.hash.hash: [local_process]", "partition.hash.hash names local_process, which no event has that is sent there")]
    public void A_field_is_named_as_it_is_sent(string settings, string? fault)
    {
        if (fault is null)
        {
            Assert.NotNull(Load(settings).Options.Output.Kafka);
        }
        else
        {
            string told = Assert.Single(_directory.Faults($"output.kafka: {{ hosts: a, {settings} }}"));
            Assert.StartsWith($"connbeat.yml:1: output.kafka.{fault}", told, StringComparison.Ordinal);
        }
    }

    private LoadedConfig Load(string settings) => _directory.Load($"output.kafka: {{ hosts: a, {settings} }}");
}
