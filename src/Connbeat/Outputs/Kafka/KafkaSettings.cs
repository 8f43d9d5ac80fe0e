using System.Globalization;
using Connbeat.Config;

namespace Connbeat.Outputs.Kafka;

/// <summary>The settings of connbeat in the words of librdkafka.</summary>
internal static class KafkaSettings
{
    /// <summary>Those that every client has.</summary>
    public static Dictionary<string, string> OfClient(KafkaOutputOptions options)
    {
        Dictionary<string, string> settings = new()
        {
            ["bootstrap.servers"] = string.Join(',', options.Hosts),
            ["client.id"] = options.ClientId,
            ["security.protocol"] = (options.Tls, options.Sasl) switch
            {
                (null, null) => "plaintext",
                (null, _) => "sasl_plaintext",
                (_, null) => "ssl",
                _ => "sasl_ssl",
            },
            ["socket.keepalive.enable"] = Bool(options.KeepsAlive),
            ["socket.nagle.disable"] = "true", // else the last part of a large request waits for an answer to the first
            ["topic.metadata.refresh.interval.ms"] = Milliseconds(options.MetadataRefresh),
            ["topic.metadata.refresh.fast.interval.ms"] = Milliseconds(options.MetadataBackoff),
            ["log.connection.close"] = "false",
        };
        AddTls(settings, options.Tls);
        AddSasl(settings, options.Sasl);
        return settings;
    }

    /// <summary>Those of a producer.</summary>
    public static Dictionary<string, string> OfProducer(KafkaOutputOptions options)
    {
        bool isIdempotent = options.RequiredAcks == -1;
        Dictionary<string, string> settings = OfClient(options);
        settings["acks"] = options.RequiredAcks.ToString(CultureInfo.InvariantCulture);
        settings["enable.idempotence"] = Bool(isIdempotent);
        settings["compression.type"] = options.Compression.ToString().ToLowerInvariant();
        settings["message.max.bytes"] = options.MaxMessageBytes.ToString(CultureInfo.InvariantCulture);
        settings["request.timeout.ms"] = Milliseconds(options.BrokerTimeout);
        settings["partitioner"] = options.Partition.Kind is KafkaPartitioner.Random ? "random" : "murmur2_random";

        // The log keeps what is not delivered, for as long as it takes: nothing expires here.
        settings["message.timeout.ms"] = "0";
        settings["dotnet.producer.delivery.report.fields"] = "none";

        // What has failed for good and is sent again may not be overtaken: the producer stops, and another begins with it.
        settings[isIdempotent ? "enable.gapless.guarantee" : "max.in.flight"] = isIdempotent ? "true" : "1";

        foreach ((string name, Secret value) in options.Librdkafka)
        {
            settings[name] = value.Value;
        }

        return settings;
    }

    private static void AddTls(Dictionary<string, string> settings, TlsOptions? tls)
    {
        if (tls is null)
        {
            return;
        }

        settings["enable.ssl.certificate.verification"] = Bool(tls.Verification is not TlsVerification.None);
        settings["ssl.endpoint.identification.algorithm"] = tls.Verification is TlsVerification.Full ? "https" : "none";
        Add("ssl.ca.pem", tls.Authorities);
        Add("ssl.certificate.pem", tls.Certificate);
        Add("ssl.key.pem", tls.Key?.Value);
        Add("ssl.key.password", tls.KeyPassphrase?.Value);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                settings[name] = value;
            }
        }
    }

    private static void AddSasl(Dictionary<string, string> settings, KafkaSasl? sasl)
    {
        if (sasl is null)
        {
            return;
        }

        settings["sasl.mechanism"] = sasl.Mechanism switch
        {
            KafkaMechanism.ScramSha256 => "SCRAM-SHA-256",
            KafkaMechanism.ScramSha512 => "SCRAM-SHA-512",
            KafkaMechanism.OAuthBearer => "OAUTHBEARER",
            _ => "PLAIN",
        };
        if (sasl.Mechanism is not KafkaMechanism.OAuthBearer)
        {
            settings["sasl.username"] = sasl.Username;
            settings["sasl.password"] = sasl.Password!.Value;
        }
    }

    private static string Bool(bool value) => value ? "true" : "false";

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
