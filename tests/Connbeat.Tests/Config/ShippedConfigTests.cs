using System.Text.Json;
using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class ShippedConfigTests : IDisposable
{
    /// <summary>A value other than the default for each setting that has one.</summary>
    private static readonly Dictionary<string, string> OtherValues = new()
    {
        ["connbeat.source"] = "netlink",
        ["connbeat.poll_interval"] = "3s",
        ["connbeat.ring_size"] = "1MiB",
        ["connbeat.latency"] = "1s",
        ["connbeat.udp_flows"] = "true",
        ["connbeat.udp_idle"] = "1m",
        ["connbeat.protocols"] = "[udp]",
        ["connbeat.namespaces"] = "host",
        ["connbeat.filter.loopback"] = "false",
        ["connbeat.filter.ports"] = "[443]",
        ["connbeat.filter.exclude_ports"] = "[8000-8100]",
        ["connbeat.filter.self"] = "include",
        ["connbeat.enable_local_connections"] = "false",
        ["connbeat.aggregation"] = "1m",
        ["connbeat.aggregation_max"] = "1h",
        ["connbeat.owner_wait"] = "0",
        ["connbeat.state"] = "",
        ["connbeat.expose_process_info"] = "false",
        ["connbeat.expose_cmdline"] = "false",
        ["connbeat.expose_environ"] = "[PATH]",
        ["connbeat.redact"] = "off",
        ["connbeat.enable_docker"] = "true",
        ["connbeat.docker_environment"] = "[PATH]",
        ["connbeat.tunnels"] = "/var/run/charon.vici",
        ["connbeat.nat"] = "true",
        ["connbeat.shutdown_timeout"] = "1m",
        ["name"] = "edge-7",
        ["tags"] = "[edge]",
        ["fields"] = "{site: berlin}",
        ["fields_under_root"] = "true",
        ["processors"] = "[drop_event: {when: {equals: {local_port: 22}}}]",
        ["queue.memory.events"] = "1000",
        ["queue.memory.bytes"] = "1MiB",
        ["output.console.pretty"] = "true",
        ["output.console.bulk_max_size"] = "1",
        ["output.console.flush_interval"] = "1s",
        ["output.console.timeout"] = "1s",
        ["output.console.backoff.init"] = "2s",
        ["output.console.backoff.max"] = "2m",
        ["output.console.max_retries"] = "3",
        ["output.console.dead_letter"] = "{file: /tmp/letters}",
        ["setup.lifecycle.keep_days"] = "7",
        ["setup.kafka.partitions"] = "6",
        ["setup.kafka.replication"] = "3",
        ["setup.kafka.retention"] = "168h",
        ["setup.kafka.cleanup"] = "delete",
        ["exporters.enabled"] = "true",
        ["exporters.listen"] = ":1",
        ["logging.level"] = "debug",
        ["logging.json"] = "true",
        ["logging.metrics.enabled"] = "false",
        ["logging.metrics.period"] = "0",
    };

    /// <summary>The same for the settings of its examples.</summary>
    internal static readonly IReadOnlyDictionary<string, string> OtherExamples = new Dictionary<string, string>()
    {
        ["queue.disk.path"] = "/tmp",
        ["queue.disk.max_size"] = "16MiB",
        ["queue.disk.sync"] = "0",
        ["queue.disk.when_full"] = "pause",
        ["output.file.enabled"] = "false",
        ["output.file.path"] = "/tmp",
        ["output.file.filename"] = "events",
        ["output.file.rotate_every_kb"] = "1",
        ["output.file.number_of_files"] = "2",
        ["output.file.bulk_max_size"] = "1",
        ["output.file.flush_interval"] = "2s",
        ["output.file.timeout"] = "1s",
        ["output.file.backoff.init"] = "2s",
        ["output.file.backoff.max"] = "2m",
        ["output.file.max_retries"] = "3",
        ["output.file.dead_letter"] = "{file: /tmp/letters}",
        ["output.http.enabled"] = "false",
        ["output.http.hosts"] = "[a, b]",
        ["output.http.path"] = "/in",
        ["output.http.parameters"] = "{a: b}",
        ["output.http.format"] = "single",
        ["output.http.username"] = "me",
        ["output.http.password"] = "mine",
        ["output.http.bearer_token"] = "ey.J",
        ["output.http.headers"] = "{X-Site: edge-7}",
        ["output.http.loadbalance"] = "true",
        ["output.http.proxy_url"] = "socks5://proxy",
        ["output.http.ssl.verification_mode"] = "none",
        ["output.http.ssl.supported_protocols"] = "[TLSv1.3]",
        ["output.http.ssl.key_passphrase"] = "hunter2",
        ["output.http.compression_level"] = "5",
        ["output.http.bulk_max_size"] = "1",
        ["output.http.flush_interval"] = "2s",
        ["output.http.timeout"] = "1s",
        ["output.http.backoff.init"] = "2s",
        ["output.http.backoff.max"] = "2m",
        ["output.http.max_retries"] = "3",
        ["output.http.dead_letter"] = "{file: /tmp/letters}",
        ["output.elasticsearch.enabled"] = "false",
        ["output.elasticsearch.hosts"] = "[a, b]",
        ["output.elasticsearch.path"] = "/in",
        ["output.elasticsearch.parameters"] = "{a: b}",
        ["output.elasticsearch.username"] = "me",
        ["output.elasticsearch.password"] = "mine",
        ["output.elasticsearch.api_key"] = "a:b",
        ["output.elasticsearch.bearer_token"] = "ey.J",
        ["output.elasticsearch.headers"] = "{X-Site: edge-7}",
        ["output.elasticsearch.loadbalance"] = "false",
        ["output.elasticsearch.index"] = "a",
        ["output.elasticsearch.indices"] = "[index: b]",
        ["output.elasticsearch.pipeline"] = "c",
        ["output.elasticsearch.pipelines"] = "[pipeline: d]",
        ["output.elasticsearch.template.enabled"] = "false",
        ["output.elasticsearch.template.name"] = "e",
        ["output.elasticsearch.template.overwrite"] = "false",
        ["output.elasticsearch.proxy_url"] = "socks5://proxy",
        ["output.elasticsearch.ssl.ca_trusted_fingerprint"] = "abababababababababababababababababababababababababababababababab",
        ["output.elasticsearch.ssl.verification_mode"] = "none",
        ["output.elasticsearch.ssl.supported_protocols"] = "[TLSv1.3]",
        ["output.elasticsearch.ssl.key_passphrase"] = "hunter2",
        ["output.elasticsearch.compression_level"] = "5",
        ["output.elasticsearch.bulk_max_size"] = "1",
        ["output.elasticsearch.flush_interval"] = "2s",
        ["output.elasticsearch.timeout"] = "1s",
        ["output.elasticsearch.backoff.init"] = "2s",
        ["output.elasticsearch.backoff.max"] = "2m",
        ["output.elasticsearch.max_retries"] = "3",
        ["output.elasticsearch.dead_letter"] = "{file: /tmp/letters}",
        ["setup.kibana.enabled"] = "false",
        ["setup.kibana.host"] = "a",
        ["setup.kibana.path"] = "/in",
        ["setup.kibana.parameters"] = "{a: b}",
        ["setup.kibana.space"] = "ops",
        ["setup.kibana.username"] = "me",
        ["setup.kibana.api_key"] = "a:b",
        ["setup.kibana.bearer_token"] = "ey.J",
        ["setup.kibana.headers"] = "{X-Site: edge-7}",
        ["setup.kibana.proxy_url"] = "socks5://proxy",
        ["setup.kibana.ssl.ca_trusted_fingerprint"] = "abababababababababababababababababababababababababababababababab",
        ["setup.kibana.ssl.verification_mode"] = "none",
        ["setup.kibana.ssl.supported_protocols"] = "[TLSv1.3]",
        ["setup.kibana.ssl.key_passphrase"] = "hunter2",
        ["setup.kibana.timeout"] = "1s",
        ["exporters.cnxwatch.enabled"] = "false",
        ["exporters.cnxwatch.listen"] = "",
        ["exporters.cnxwatch.resolve_interval"] = "1s",
        ["exporters.cnxwatch.sockets"] = "[{name: a, host: b, port: 1}]",
        ["exporters.conntrack.enabled"] = "false",
        ["exporters.conntrack.listen"] = ":1",
        ["exporters.conntrack.max_series"] = "0",
        ["exporters.conntrack.host_label"] = "network",
        ["exporters.conntrack.inbound"] = "off",
        ["exporters.conntrack.direction"] = "true",
        ["exporters.conntrack.udp"] = "true",
        ["exporters.conntrack.fallback"] = "sockets",
        ["exporters.ipsec_vici.enabled"] = "false",
        ["exporters.ipsec_vici.listen"] = "",
        ["exporters.ipsec_vici.socket"] = "tcp://127.0.0.1:4502",
        ["exporters.ipsec_vici.timeout"] = "1s",
        ["exporters.ipsec_vici.legacy_values"] = "true",
        ["exporters.ipsec_status.enabled"] = "false",
        ["exporters.ipsec_status.listen"] = ":1",
        ["exporters.ipsec_status.config_path"] = "/usr/local/etc/ipsec.conf",
        ["exporters.ipsec_status.source"] = "command",
        ["exporters.ipsec_status.socket"] = "/run/charon.vici",
        ["exporters.ipsec_status.command"] = "ipsec status",
        ["exporters.ipsec_status.timeout"] = "1s",
        ["output.kafka.enabled"] = "false",
        ["output.kafka.hosts"] = "[a, b]",
        ["output.kafka.topic"] = "'%{[type]}'",
        ["output.kafka.topics"] = "[{topic: a}]",
        ["output.kafka.key"] = "host",
        ["output.kafka.partition"] = "{random: {}}",
        ["output.kafka.compression"] = "gzip",
        ["output.kafka.max_message_bytes"] = "1000",
        ["output.kafka.broker_timeout"] = "1s",
        ["output.kafka.client_id"] = "me",
        ["output.kafka.keep_alive"] = "1s",
        ["output.kafka.metadata.refresh_frequency"] = "1s",
        ["output.kafka.metadata.retry.backoff"] = "1s",
        ["output.kafka.required_acks"] = "1",
        ["output.kafka.librdkafka"] = "{linger.ms: 20}",
        ["output.kafka.bulk_max_size"] = "1",
        ["output.kafka.flush_interval"] = "2s",
        ["output.kafka.timeout"] = "1s",
        ["output.kafka.backoff.init"] = "2s",
        ["output.kafka.backoff.max"] = "2m",
        ["output.kafka.max_retries"] = "3",
        ["output.kafka.dead_letter"] = "{file: /tmp/letters}",
    };

    /// <summary>Settings of the examples that change nothing while others stand beside them, or that name files.</summary>
    private static readonly string[] OtherwiseTested =
    [
        "output.http.protocol", "output.http.ssl.enabled", "output.http.ssl.certificate_authorities",
        "output.http.ssl.certificate", "output.http.ssl.key",
        "output.elasticsearch.protocol", "output.elasticsearch.ssl.enabled", "output.elasticsearch.ssl.certificate_authorities",
        "output.elasticsearch.ssl.certificate", "output.elasticsearch.ssl.key",
        "setup.kibana.password", "setup.kibana.protocol", "setup.kibana.ssl.enabled", "setup.kibana.ssl.certificate_authorities",
        "setup.kibana.ssl.certificate", "setup.kibana.ssl.key",
        "output.kafka.username", "output.kafka.password", "output.kafka.sasl.mechanism", "output.kafka.sasl.token_url",
        "output.kafka.sasl.scope", "output.kafka.ssl.enabled", "output.kafka.ssl.certificate_authorities",
        "output.kafka.ssl.verification_mode", "output.kafka.ssl.supported_protocols", "output.kafka.ssl.certificate",
        "output.kafka.ssl.key", "output.kafka.ssl.key_passphrase",
        "exporters.conntrack.ignore_hosts",
    ];

    /// <summary>Settings for which this version takes nothing else.</summary>
    private static readonly string[] OneValueOnly = ["connbeat.schema", "output.console.enabled", "exporters.web_config"];

    private readonly ConfigDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void It_has_no_fault_and_no_warning_and_its_values_are_the_defaults()
    {
        LoadedConfig shipped = _directory.Load(ShippedConfig.Text);

        Assert.Empty(shipped.Warnings);
        Assert.Equal(Json(new AgentOptions()), Json(shipped.Options));
    }

    [Fact]
    public void Without_a_file_the_same_defaults_hold()
    {
        LoadedConfig none = ConfigLoader.Read([], [], _ => null);

        Assert.Empty(none.Files);
        Assert.Empty(none.Warnings);
        Assert.Equal(Json(new AgentOptions()), Json(none.Options));
    }

    [Fact]
    public void Every_setting_in_it_is_read()
    {
        Assert.Equal(ShippedConfig.Keys.Order(), OtherValues.Keys.Concat(OneValueOnly).Order());
        foreach ((string key, string value) in OtherValues)
        {
            AgentOptions changed = _directory.Load(ShippedConfig.Text, $"{key}={value}").Options;
            Assert.NotEqual(Json(new AgentOptions()), Json(changed));
        }
    }

    [Fact]
    public void Its_examples_have_no_fault_and_no_warning_and_their_values_are_the_defaults()
    {
        LoadedConfig examples = _directory.Load(ShippedConfig.TextWithExamples);
        AgentOptions bare = _directory.Load(
            "queue: { disk: {} }\noutput: { console: {}, file: { path: /var/log/connbeat }, http: { hosts: 'localhost:8080' }, " +
            "kafka: { hosts: localhost }, elasticsearch: { hosts: localhost } }\nsetup.kibana.host: localhost\nexporters: { enabled: false, cnxwatch: {}, conntrack: {}, ipsec_vici: {}, ipsec_status: {} }").Options;

        Assert.Empty(examples.Warnings);
        Assert.Equal(Json(bare), Json(examples.Options));
    }

    [Fact]
    public void Every_setting_of_its_examples_is_read()
    {
        Assert.Equal(ShippedConfig.ExampleKeys.Order(), OtherExamples.Keys.Concat(OtherwiseTested).Order());
        string examples = Json(_directory.Load(ShippedConfig.TextWithExamples).Options);
        foreach ((string key, string value) in OtherExamples)
        {
            AgentOptions changed = _directory.Load(ShippedConfig.TextWithExamples, $"{key}={value}").Options;
            Assert.True(examples != Json(changed), key);
        }
    }

    private static string Json(AgentOptions options) => JsonSerializer.Serialize(options);
}
