namespace Connbeat.Config;

/// <summary>
/// The settings of librdkafka that a user may give it under <c>output.kafka.librdkafka</c>; see
/// https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md. What the values may be, librdkafka says when the
/// output is opened.
/// </summary>
internal static class LibrdkafkaSettings
{
    /// <summary>Those that have a name here, or that a promise stands on.</summary>
    private static readonly Dictionary<string, string> Taken = new(StringComparer.Ordinal)
    {
        ["acks"] = "set output.kafka.required_acks",
        ["bootstrap.servers"] = "set output.kafka.hosts",
        ["client.id"] = "set output.kafka.client_id",
        ["compression.codec"] = "set output.kafka.compression",
        ["compression.type"] = "set output.kafka.compression",
        ["delivery.report.only.error"] = "each event is reported, so that it can be acknowledged",
        ["delivery.timeout.ms"] = "no event expires: it stays in the log until it is delivered",
        ["enable.gapless.guarantee"] = "what fails is sent again from the log",
        ["enable.idempotence"] = "it follows from output.kafka.required_acks",
        ["max.in.flight"] = "the order of events stands on it",
        ["max.in.flight.requests.per.connection"] = "the order of events stands on it",
        ["message.max.bytes"] = "set output.kafka.max_message_bytes",
        ["message.send.max.retries"] = "no event expires: it stays in the log until it is delivered",
        ["message.timeout.ms"] = "no event expires: it stays in the log until it is delivered",
        ["metadata.broker.list"] = "set output.kafka.hosts",
        ["partitioner"] = "set output.kafka.partition",
        ["plugin.library.paths"] = "connbeat loads no code of others",
        ["queuing.strategy"] = "the order of events stands on it",
        ["request.required.acks"] = "set output.kafka.required_acks",
        ["request.timeout.ms"] = "set output.kafka.broker_timeout",
        ["retries"] = "no event expires: it stays in the log until it is delivered",
        ["sasl.mechanism"] = "set output.kafka.sasl.mechanism",
        ["sasl.password"] = "set output.kafka.password",
        ["sasl.username"] = "set output.kafka.username",
        ["security.protocol"] = "it follows from output.kafka.ssl and output.kafka.username",
        ["socket.keepalive.enable"] = "set output.kafka.keep_alive",
        ["ssl.ca.pem"] = "set output.kafka.ssl.certificate_authorities",
        ["ssl.ca.location"] = "set output.kafka.ssl.certificate_authorities",
        ["ssl.certificate.location"] = "set output.kafka.ssl.certificate",
        ["ssl.certificate.pem"] = "set output.kafka.ssl.certificate",
        ["ssl.endpoint.identification.algorithm"] = "set output.kafka.ssl.verification_mode",
        ["ssl.engine.id"] = "connbeat loads no code of others",
        ["ssl.engine.location"] = "connbeat loads no code of others",
        ["ssl.key.location"] = "set output.kafka.ssl.key",
        ["ssl.key.password"] = "set output.kafka.ssl.key_passphrase",
        ["ssl.key.pem"] = "set output.kafka.ssl.key",
        ["enable.ssl.certificate.verification"] = "set output.kafka.ssl.verification_mode",
        ["topic.metadata.refresh.interval.ms"] = "set output.kafka.metadata.refresh_frequency",
        ["transactional.id"] = "events are not sent in transactions",
        ["transaction.timeout.ms"] = "events are not sent in transactions",
    };

    private static readonly HashSet<string> Free = new(StringComparer.Ordinal)
    {
        "api.version.fallback.ms", "api.version.request", "api.version.request.timeout.ms", "batch.num.messages", "batch.size",
        "broker.address.family", "broker.address.ttl", "broker.version.fallback", "client.dns.lookup", "client.rack",
        "compression.level", "connections.max.idle.ms", "enable.metrics.push", "enable.sparse.connections",
        "https.ca.location", "https.ca.pem", "linger.ms", "log_level",
        "message.copy.max.bytes", "metadata.max.age.ms", "metadata.recovery.rebootstrap.trigger.ms",
        "metadata.recovery.strategy", "queue.buffering.backpressure.threshold", "queue.buffering.max.kbytes",
        "queue.buffering.max.messages", "queue.buffering.max.ms", "receive.message.max.bytes", "reconnect.backoff.jitter.ms",
        "reconnect.backoff.max.ms", "reconnect.backoff.ms", "retry.backoff.max.ms", "retry.backoff.ms",
        "sasl.kerberos.keytab", "sasl.kerberos.kinit.cmd", "sasl.kerberos.min.time.before.relogin",
        "sasl.kerberos.principal", "sasl.kerberos.service.name", "socket.blocking.max.ms",
        "socket.connection.setup.timeout.ms", "socket.max.fails", "socket.nagle.disable", "socket.receive.buffer.bytes",
        "socket.send.buffer.bytes", "socket.timeout.ms", "ssl.ca.certificate.stores", "ssl.cipher.suites", "ssl.crl.location",
        "ssl.curves.list", "ssl.keystore.location", "ssl.keystore.password",
        "ssl.providers", "ssl.sigalgs.list", "sticky.partitioning.linger.ms",
        "topic.metadata.propagation.max.ms", "topic.metadata.refresh.fast.cnt", "topic.metadata.refresh.fast.interval.ms",
        "topic.metadata.refresh.sparse",
    };

    /// <summary>What is wrong with a setting, as in <c>is no setting of …</c>; null where nothing is.</summary>
    public static string? ProblemOf(string name, string value)
    {
        if (Taken.TryGetValue(name, out string? instead))
        {
            return $"is not to be set there; {instead}";
        }

        if (!Free.Contains(name))
        {
            string? meant = Spelling.Nearest(name, Free);
            return $"is no setting of librdkafka's producer{(meant is null ? "" : $"; did you mean {meant}?")}";
        }

        // OpenSSL takes the name of a provider for that of a file.
        return value.Length == 0 ? "is empty"
            : name == "ssl.providers" && value.Contains('/', StringComparison.Ordinal) ? "is not to name files; connbeat loads no code of others"
            : null;
    }
}
