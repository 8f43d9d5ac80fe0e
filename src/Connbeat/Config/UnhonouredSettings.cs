namespace Connbeat.Config;

/// <summary>
/// Settings of the original, and of versions to come, that this version knows but does not honour. Where they ask for
/// nothing, nothing is said.
/// </summary>
internal static class UnhonouredSettings
{
    private const string NotYet = "is not in this version of connbeat";
    private const string NotACodec = $"{NotYet}; events are JSON";
    private const string NotHere = "is not an output of connbeat, which has console, file, http, kafka and elasticsearch";
    private const string ByTheSystem = "the system's OpenSSL chooses, and its openssl.cnf can narrow the choice";
    private const string NoRenegotiation = "a server that wants to negotiate anew is answered, and TLS 1.3 knows no such thing";
    private const string OwnTemplate = "connbeat setup brings a template that fits the events and the version of the server";
    private const string LogGoesToStderr = "the log goes to stderr, where the service manager keeps it";

    /// <summary>To pass over these would be to do less than was asked: a fault.</summary>
    public static readonly IReadOnlyDictionary<string, string> Refused = new Dictionary<string, string>
    {
        ["output.console.codec.format"] = NotACodec,
        ["output.file.codec.format"] = NotACodec,
        ["output.kafka.codec.format"] = NotACodec,
        ["output.logstash"] = NotHere,
        ["output.redis"] = NotHere,
    };

    /// <summary>These cost nothing when left out: a warning that says what takes their place.</summary>
    public static readonly IReadOnlyDictionary<string, string> WithoutEffect = new Dictionary<string, string>
    {
        ["bulk_queue_size"] = "set queue.memory.events",
        ["dashboards"] = "connbeat setup brings them, and setup.kibana says where to",
        ["geoip"] = "places are looked up where the events are stored",
        ["logging.files"] = LogGoesToStderr,
        ["logging.selectors"] = "set logging.level: debug",
        ["logging.to_files"] = LogGoesToStderr,
        ["logging.to_syslog"] = LogGoesToStderr,
        ["max_procs"] = "limit the processor time in the service manager",
        ["output.console.worker"] = "the console is written by one worker",
        ["output.elasticsearch.ssl.cipher_suites"] = ByTheSystem,
        ["output.elasticsearch.ssl.curve_types"] = ByTheSystem,
        ["output.elasticsearch.ssl.renegotiation"] = NoRenegotiation,
        ["output.elasticsearch.template.path"] = OwnTemplate,
        ["output.elasticsearch.template.versions"] = OwnTemplate,
        ["output.elasticsearch.worker"] = "one request is under way at a time",
        ["output.file.codec.json"] = "a file has one JSON object per line",
        ["output.file.worker"] = "a file is written by one worker",
        ["output.http.ssl.cipher_suites"] = ByTheSystem,
        ["output.http.ssl.curve_types"] = ByTheSystem,
        ["output.http.ssl.renegotiation"] = NoRenegotiation,
        ["output.http.tls.cipher_suites"] = ByTheSystem,
        ["output.http.tls.curve_types"] = ByTheSystem,
        ["output.http.tls.renegotiation"] = NoRenegotiation,
        ["output.http.worker"] = "one request is under way at a time",
        ["output.kafka.channel_buffer_size"] = "set output.kafka.bulk_max_size",
        ["output.kafka.codec.json"] = "a message is one JSON object",
        ["output.kafka.metadata.retry.max"] = "the brokers are asked until they answer",
        ["output.kafka.ssl.cipher_suites"] = "set output.kafka.librdkafka.ssl.cipher.suites",
        ["output.kafka.ssl.curve_types"] = "set output.kafka.librdkafka.ssl.curves.list",
        ["output.kafka.ssl.renegotiation"] = NoRenegotiation,
        ["output.kafka.version"] = "the brokers say which versions they speak",
        ["output.kafka.worker"] = "librdkafka has a worker for each broker",
        ["path"] = "set connbeat.state, and name the configuration with -c",
        ["queue_size"] = "set queue.memory.events",
        ["refresh_topology_freq"] = "there is no topology map any more",
        ["save_topology"] = "there is no topology map any more",
        ["topology_expire"] = "there is no topology map any more",
    };
}
