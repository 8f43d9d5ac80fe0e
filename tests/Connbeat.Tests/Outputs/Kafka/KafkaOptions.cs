using Connbeat.Config;
using Connbeat.Tests.Config;

namespace Connbeat.Tests.Outputs.Kafka;

/// <summary>Options of a Kafka output, read from YAML as a user writes it.</summary>
internal static class KafkaOptions
{
    /// <summary>What lets librdkafka lose no time where a test has it fail.</summary>
    private const string Hasty =
        "librdkafka: { retry.backoff.ms: 1, reconnect.backoff.ms: 5, reconnect.backoff.max.ms: 20, linger.ms: 1, " +
        "topic.metadata.refresh.fast.interval.ms: 10 }";

    /// <summary>Settings in flow style, without hosts; and those.</summary>
    public static KafkaOutputOptions Read(string settings, params string[] hosts)
    {
        using ConfigDirectory directory = new();
        string list = string.Join(", ", hosts.Select(host => $"'{host}'"));
        string separator = settings.Length > 0 ? ", " : "";
        return directory.Load($"fields: {{ name: x }}\noutput.kafka: {{ hosts: [{list}], {Hasty}{separator}{settings} }}").Options.Output.Kafka!;
    }
}
