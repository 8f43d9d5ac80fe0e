using System.Runtime.InteropServices;

namespace Connbeat.Tests.Outputs.Kafka;

/// <summary>
/// Brokers in this process that speak the real protocol and fail as they are told to. They keep only a few megabytes of each
/// partition: what is to be read is read while it is written.
/// </summary>
internal sealed class MockCluster : IDisposable
{
    private readonly nint _client = Librdkafka.Open(Librdkafka.Producer, ("log_level", "0"));
    private readonly nint _cluster;

    public MockCluster(int brokers = 1)
    {
        _cluster = Librdkafka.rd_kafka_mock_cluster_new(_client, brokers);
        Brokers = brokers;
        Hosts = Marshal.PtrToStringUTF8(Librdkafka.rd_kafka_mock_cluster_bootstraps(_cluster))!.Split(',');
    }

    public int Brokers { get; }

    public string[] Hosts { get; }

    public void Create(string topic, int partitions) =>
        Assert.Equal(0, Librdkafka.rd_kafka_mock_topic_create(_cluster, topic, partitions, Brokers));

    /// <summary>The next requests of that kind are answered so, one after the other.</summary>
    public void Answer(RequestKind kind, params int[] codes) =>
        Librdkafka.rd_kafka_mock_push_request_errors_array(_cluster, (short)kind, (nuint)codes.Length, codes);

    public void AnswerWell(RequestKind kind) => Librdkafka.rd_kafka_mock_clear_request_errors(_cluster, (short)kind);

    /// <summary>Metadata say that of a topic; 0: nothing is wrong with it.</summary>
    public void Say(string topic, int code) => Librdkafka.rd_kafka_mock_topic_set_error(_cluster, topic, code);

    public void Lead(string topic, int partition, int broker) =>
        Assert.Equal(0, Librdkafka.rd_kafka_mock_partition_set_leader(_cluster, topic, partition, broker));

    public void Down(int broker) => Assert.Equal(0, Librdkafka.rd_kafka_mock_broker_set_down(_cluster, broker));

    public void Up(int broker) => Assert.Equal(0, Librdkafka.rd_kafka_mock_broker_set_up(_cluster, broker));

    /// <summary>Answers take so long from now on.</summary>
    public void Delay(int broker, TimeSpan time) =>
        Assert.Equal(0, Librdkafka.rd_kafka_mock_broker_set_rtt(_cluster, broker, (int)time.TotalMilliseconds));

    public void Dispose()
    {
        Librdkafka.rd_kafka_mock_cluster_destroy(_cluster);
        Librdkafka.rd_kafka_destroy(_client);
    }
}

/// <summary>Kinds of requests, by their API keys; https://kafka.apache.org/protocol#protocol_api_keys.</summary>
internal enum RequestKind
{
    Produce = 0,
    Metadata = 3,
    InitProducerId = 22,
}
