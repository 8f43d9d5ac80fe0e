using System.Runtime.InteropServices;

namespace Connbeat.Tests.Outputs.Kafka;

/// <summary>
/// What the tests use of librdkafka without Confluent.Kafka: its mock cluster (rdkafka_mock.h), and a consumer, which
/// Confluent.Kafka does not offer with as old a librdkafka as Debian's.
/// </summary>
internal static unsafe partial class Librdkafka
{
    public const int Producer = 0; // RD_KAFKA_PRODUCER
    public const int Consumer = 1; // RD_KAFKA_CONSUMER
    public const long Beginning = 0; // the query for RD_KAFKA_OFFSET_BEGINNING takes half a second

    private const string Library = "librdkafka.so.1";

    /// <summary>A client with these settings.</summary>
    public static nint Open(int type, params (string Name, string Value)[] settings)
    {
        nint configuration = rd_kafka_conf_new();
        byte[] problem = new byte[512];
        foreach ((string name, string value) in settings)
        {
            Assert.Equal(0, rd_kafka_conf_set(configuration, name, value, problem, (nuint)problem.Length));
        }

        nint client = rd_kafka_new(type, configuration, problem, (nuint)problem.Length);
        Assert.True(client != 0, System.Text.Encoding.UTF8.GetString(problem));
        return client;
    }

    [LibraryImport(Library)]
    private static partial nint rd_kafka_conf_new();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_conf_set(nint conf, string name, string value, byte[] errstr, nuint errstr_size);

    [LibraryImport(Library)]
    private static partial nint rd_kafka_new(int type, nint conf, byte[] errstr, nuint errstr_size);

    [LibraryImport(Library)]
    public static partial void rd_kafka_destroy(nint rk);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_mock_cluster_new(nint rk, int broker_cnt);

    [LibraryImport(Library)]
    public static partial void rd_kafka_mock_cluster_destroy(nint mcluster);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_mock_cluster_bootstraps(nint mcluster);

    [LibraryImport(Library)]
    public static partial void rd_kafka_mock_push_request_errors_array(nint mcluster, short ApiKey, nuint cnt, int[] errors);

    [LibraryImport(Library)]
    public static partial void rd_kafka_mock_clear_request_errors(nint mcluster, short ApiKey);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rd_kafka_mock_topic_create(nint mcluster, string topic, int partition_cnt, int replication_factor);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void rd_kafka_mock_topic_set_error(nint mcluster, string topic, int err);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rd_kafka_mock_partition_set_leader(nint mcluster, string topic, int partition, int broker_id);

    [LibraryImport(Library)]
    public static partial int rd_kafka_mock_broker_set_down(nint mcluster, int broker_id);

    [LibraryImport(Library)]
    public static partial int rd_kafka_mock_broker_set_up(nint mcluster, int broker_id);

    [LibraryImport(Library)]
    public static partial int rd_kafka_mock_broker_set_rtt(nint mcluster, int broker_id, int rtt_ms);

    [LibraryImport(Library)]
    public static partial int rd_kafka_poll_set_consumer(nint rk);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_topic_partition_list_new(int size);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rd_kafka_topic_partition_list_add(nint rktparlist, string topic, int partition);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rd_kafka_topic_partition_list_set_offset(nint rktparlist, string topic, int partition, long offset);

    [LibraryImport(Library)]
    public static partial void rd_kafka_topic_partition_list_destroy(nint rktparlist);

    [LibraryImport(Library)]
    public static partial int rd_kafka_assign(nint rk, nint partitions);

    [LibraryImport(Library)]
    public static partial Message* rd_kafka_consumer_poll(nint rk, int timeout_ms);

    [LibraryImport(Library)]
    public static partial void rd_kafka_message_destroy(Message* rkmessage);

    [LibraryImport(Library)]
    public static partial long rd_kafka_message_timestamp(Message* rkmessage, out int tstype);

    [LibraryImport(Library)]
    public static partial int rd_kafka_message_headers(Message* rkmessage, out nint hdrs);

    [LibraryImport(Library)]
    public static partial int rd_kafka_header_get_all(nint hdrs, nuint idx, out nint name, out nint value, out nuint size);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_topic_name(nint rkt);

    [LibraryImport(Library)]
    public static partial int rd_kafka_consumer_close(nint rk);

    /// <summary>A message; rd_kafka_message_s in rdkafka.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public int Error;
        public nint Topic;
        public int Partition;
        public byte* Payload;
        public nuint Length;
        public byte* Key;
        public nuint KeyLength;
        public long Offset;
        public nint Private;
    }
}
