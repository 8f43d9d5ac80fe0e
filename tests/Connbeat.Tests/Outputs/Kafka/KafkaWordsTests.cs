using Confluent.Kafka;
using Connbeat.Outputs.Kafka;

namespace Connbeat.Tests.Outputs.Kafka;

public sealed class KafkaWordsTests
{
    [Theory]
    [InlineData("kafka-1:9092/bootstrap: Connect to ipv4#192.0.2.7:9092 failed: Connection refused (after 0ms in state CONNECT)",
        "kafka-1:9092: Connection refused")]
    [InlineData("[thrd:a:1/2]: a:1/2: Connect to ipv6#[::1]:1 failed: Connection refused (after 3ms in state CONNECT, 30 identical error(s) suppressed)",
        "a:1: Connection refused")]
    [InlineData("ssl://a:1/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate could not be verified (after 5ms in state SSL_HANDSHAKE)",
        "a:1: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate could not be verified")]
    [InlineData("sasl_plaintext://a:1/bootstrap: SASL authentication error: nobody knows you (after 1ms in state AUTH_REQ)",
        "a:1: SASL authentication error: nobody knows you")]
    [InlineData("1/1 brokers are down", "1/1 brokers are down")]
    [InlineData("two\nlines\u0007.", "two lines")]
    public void Librdkafkas_own_words_for_its_parts_are_left_out(string said, string plain) => Assert.Equal(plain, KafkaWords.Plain(said));

    [Fact]
    public void What_is_long_is_cut() => Assert.Equal(301, KafkaWords.Plain(new string('x', 1000)).Length);

    [Fact]
    public void An_error_has_its_name() =>
        Assert.Equal("a:1: Connection refused (Transport)", KafkaWords.Of(new Error(ErrorCode.Local_Transport, "a:1/bootstrap: Connection refused")));

    [Fact]
    public void What_is_missing_is_told_with_what_mends_it()
    {
        Assert.Null(KafkaLibrary.Judge("/dev/null", isThere: true));
        Assert.Equal(
            "output.kafka needs librdkafka.so.1, which is not on this system; sudo apt-get install librdkafka1",
            KafkaLibrary.Judge("/dev/null", isThere: false)!.Message);
        Assert.Equal(
            "output.kafka needs /nowhere/os-release, which is not there; sudo cp /usr/lib/os-release /nowhere/os-release",
            KafkaLibrary.Judge("/nowhere/os-release", isThere: true)!.Message);
    }
}
