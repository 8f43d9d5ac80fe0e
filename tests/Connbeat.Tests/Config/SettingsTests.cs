namespace Connbeat.Tests.Config;

/// <summary>Each setting given a wrong type, a value out of range and a slip of the pen; always in line 3.</summary>
public sealed class SettingsTests : IDisposable
{
    private const string Sources = "auto, netlink or procfs; this version of connbeat has no ebpf";
    private const string Port = "a port from 1 to 65535 or a range such as 8000-8100";
    private const string Ports = "a list of ports from 1 to 65535 or ranges such as 8000-8100";

    private const string Hosts = "hosts such as collector:8080 or https://collector/path";

    private readonly ConfigDirectory _directory = new();

    public static TheoryData<string, string, string> WrongTypes => new()
    {
        { "connbeat", "yes", "is 'yes'; expected a section of settings" },
        { "connbeat.source", "[auto]", $"is a list; expected {Sources}" },
        { "connbeat.poll_interval", "soon", "is 'soon'; expected a duration from 10ms to 1h" },
        { "connbeat.latency", "{ms: 200}", "is a section; expected a duration from 1ms to 10s" },
        { "connbeat.protocols", "tcp", "is 'tcp'; expected a list of tcp or udp" },
        { "connbeat.namespaces", "[host]", "is a list; expected all or host" },
        { "connbeat.filter", "loopback", "is 'loopback'; expected a section of settings" },
        { "connbeat.filter.loopback", "127.0.0.1", "is '127.0.0.1'; expected true or false" },
        { "connbeat.filter.ports", "443", $"is '443'; expected {Ports}" },
        { "connbeat.filter.exclude_ports", "{}", $"is a section; expected {Ports}" },
        { "connbeat.filter.self", "true", "is 'true'; expected exclude or include" },
        { "connbeat.enable_local_connections", "2", "is '2'; expected true or false" },
        { "connbeat.enable_tcp_diag", "netlink", "is 'netlink'; expected true or false" },
        { "connbeat.aggregation", "90 seconds", "is '90 seconds'; expected a duration from 0s to 24h" },
        { "connbeat.aggregation_max", "[]", "is an empty list; expected a duration from 30s to 24h" },
        { "connbeat.owner_wait", "true", "is 'true'; expected a duration from 0s to 1m" },
        { "connbeat.state", "[a]", "is a list; expected text" },
        { "connbeat.expose_process_info", "[]", "is an empty list; expected true or false" },
        { "connbeat.expose_cmdline", "maybe", "is 'maybe'; expected true or false" },
        { "connbeat.expose_environ", "PATH", "is 'PATH'; expected true, false, or a list of names of variables" },
        { "connbeat.enable_docker", "docker", "is 'docker'; expected true or false" },
        { "connbeat.docker_environment", "PATH", "is 'PATH'; expected a list of text" },
        { "connbeat.schema", "{}", "is a section; expected connbeat or ecs" },
        { "connbeat.shutdown_timeout", "never", "is 'never'; expected a duration from 0s to 1h" },
        { "name", "[a, b]", "is a list; expected text" },
        { "tags", "web", "is 'web'; expected a list of text" },
        { "fields", "[a]", "is a list; expected a section of names and values" },
        { "fields_under_root", "'below'", "is 'below'; expected true or false" },
        { "queue", "[]", "is an empty list; expected a section of settings" },
        { "queue.memory", "64MiB", "is '64MiB'; expected a section of settings" },
        { "queue.memory.events", "many", "is 'many'; expected a whole number from 16 to 16777216" },
        { "queue.memory.bytes", "64 megabytes", "is '64 megabytes'; expected a size from 1MiB to 1TiB" },
        { "output.console", "stdout", "is 'stdout'; expected a section of settings" },
        { "output.console.enabled", "1", "is '1'; expected true or false" },
        { "output.console.pretty", "{}", "is a section; expected true or false" },
        { "output.console.bulk_max_size", "1.5", "is '1.5'; expected a whole number from 1 to 65536" },
        { "output.console.flush_interval", "''", "is ''; expected a duration from 0s to 1h" },
        { "output.console.timeout", "1m30", "is '1m30'; expected a duration from 1ms to 1h" },
        { "output.console.backoff", "1s", "is '1s'; expected a section of settings" },
        { "output.console.backoff.init", "s", "is 's'; expected a duration from 1ms to 1h" },
        { "output.console.backoff.max", "1d", "is '1d'; expected a duration from 1s to 1h" },
        { "output.console.max_retries", "forever", "is 'forever'; expected a whole number of -1 or more" },
        { "output.file", "/var/log", "is '/var/log'; expected a section of settings" },
        { "output.file.enabled", "1", "is '1'; expected true or false" },
        { "output.file.path", "[a]", "is a list; expected the folder for the files" },
        { "output.file.filename", "{}", "is a section; expected a name without a folder" },
        { "output.file.rotate_every_kb", "10MiB", "is '10MiB'; expected a whole number of 1 or more" },
        { "output.file.number_of_files", "all", "is 'all'; expected a whole number from 2 to 1024" },
        { "output.file.bulk_max_size", "1.5", "is '1.5'; expected a whole number from 1 to 65536" },
        { "output.file.flush_interval", "[]", "is an empty list; expected a duration from 0s to 1h" },
        { "output.file.timeout", "90 seconds", "is '90 seconds'; expected a duration from 1ms to 1h" },
        { "output.file.backoff", "1s", "is '1s'; expected a section of settings" },
        { "output.file.backoff.init", "s", "is 's'; expected a duration from 1ms to 1h" },
        { "output.file.backoff.max", "1d", "is '1d'; expected a duration from 1s to 1h" },
        { "output.file.max_retries", "forever", "is 'forever'; expected a whole number of -1 or more" },
        { "output.http", "http://u:p@a/?k=v", "is 'http://…'; expected a section of settings" },
        { "output.http.enabled", "1", "is '1'; expected true or false" },
        { "output.http.hosts", "{ a: b }", $"is a section; expected {Hosts}" },
        { "output.http.protocol", "[https]", "is a list; expected http or https" },
        { "output.http.path", "[a]", "is a list; expected a path without ? and #" },
        { "output.http.parameters", "key=secret", "is one value; expected a section of names and texts" },
        { "output.http.format", "{}", "is a section; expected ndjson, json or single" },
        { "output.http.username", "[a]", "is a list; expected text" },
        { "output.http.password", "{}", "is a section; expected text" },
        { "output.http.bearer_token", "[a]", "is a list; expected text" },
        { "output.http.headers", "[a]", "is a list; expected a section of names and texts" },
        { "output.http.compression_level", "best", "is 'best'; expected a whole number from 0 to 9" },
        { "output.http.bulk_max_size", "1.5", "is '1.5'; expected a whole number from 1 to 65536" },
        { "output.http.flush_interval", "[]", "is an empty list; expected a duration from 0s to 1h" },
        { "output.http.timeout", "90 seconds", "is '90 seconds'; expected a duration from 1ms to 1h" },
        { "output.http.backoff", "1s", "is '1s'; expected a section of settings" },
        { "output.http.backoff.init", "s", "is 's'; expected a duration from 1ms to 1h" },
        { "output.http.backoff.max", "1d", "is '1d'; expected a duration from 1s to 1h" },
        { "output.http.max_retries", "forever", "is 'forever'; expected a whole number of -1 or more" },
        { "logging", "debug", "is 'debug'; expected a section of settings" },
        { "logging.level", "5", "is '5'; expected debug, info, warning, error or critical" },
        { "logging.json", "json", "is 'json'; expected true or false" },
        { "logging.metrics", "off", "is 'off'; expected a section of settings" },
        { "logging.metrics.period", "0x10", "is '0x10'; expected a duration from 0s to 24h" },
    };

    public static TheoryData<string, string, string> OutOfRange => new()
    {
        { "connbeat.source", "ebpf", $"is 'ebpf'; expected {Sources}" },
        { "connbeat.poll_interval", "9ms", "is '9ms'; expected a duration from 10ms to 1h" },
        { "connbeat.poll_interval", "3601", "is '3601'; expected a duration from 10ms to 1h" },
        { "connbeat.latency", "0", "is '0'; expected a duration from 1ms to 10s" },
        { "connbeat.latency", "10.1s", "is '10.1s'; expected a duration from 1ms to 10s" },
        { "connbeat.protocols", "[tcp, sctp]", "is 'sctp'; expected tcp or udp" },
        { "connbeat.protocols", "[]", "is an empty list; expected a list of tcp or udp" },
        { "connbeat.namespaces", "container", "is 'container'; expected all or host" },
        { "connbeat.filter.ports", "[22, 0]", $"is '0'; expected {Port}" },
        { "connbeat.filter.ports", "[65536]", $"is '65536'; expected {Port}" },
        { "connbeat.filter.ports", "[https]", $"is 'https'; expected {Port}" },
        { "connbeat.filter.exclude_ports", "[8100-8000]", $"is '8100-8000'; expected {Port}" },
        { "connbeat.filter.exclude_ports", "[[22]]", $"is a list; expected {Port}" },
        { "connbeat.aggregation", "-1s", "is '-1s'; expected a duration from 0s to 24h" },
        { "connbeat.aggregation", "24h1ms", "is '24h1ms'; expected a duration from 0s to 24h" },
        { "connbeat.aggregation_max", "29s", "is '29s'; expected a duration from 30s to 24h" },
        { "connbeat.owner_wait", "61s", "is '61s'; expected a duration from 0s to 1m" },
        { "connbeat.expose_environ", "[PATH, '']", "is ''; expected text" },
        { "connbeat.docker_environment", "[PATH, '']", "is ''; expected text" },
        { "connbeat.schema", "otel", "is 'otel'; expected connbeat or ecs" },
        { "output.console.schema", "otel", "is 'otel'; expected connbeat or ecs" },
        { "connbeat.shutdown_timeout", "2h", "is '2h'; expected a duration from 0s to 1h" },
        { "tags", "[a, [b]]", "is a list; expected text" },
        { "queue.memory.events", "15", "is '15'; expected a whole number from 16 to 16777216" },
        { "queue.memory.events", "16777217", "is '16777217'; expected a whole number from 16 to 16777216" },
        { "queue.memory.bytes", "1MB", "is '1MB'; expected a size from 1MiB to 1TiB" },
        { "queue.memory.bytes", "2TiB", "is '2TiB'; expected a size from 1MiB to 1TiB" },
        { "output.console.bulk_max_size", "0", "is '0'; expected a whole number from 1 to 65536" },
        { "output.console.flush_interval", "61m", "is '61m'; expected a duration from 0s to 1h" },
        { "output.console.timeout", "0", "is '0'; expected a duration from 1ms to 1h" },
        { "output.console.backoff.init", "0", "is '0'; expected a duration from 1ms to 1h" },
        { "output.console.backoff.max", "999ms", "is '999ms'; expected a duration from 1s to 1h" },
        { "output.console.max_retries", "-2", "is '-2'; expected a whole number of -1 or more" },
        { "output.console.max_retries", "99999999999", "is '99999999999'; expected a whole number of -1 or more" },
        { "output.file.path", "''", "is ''; expected the folder for the files" },
        { "output.file.filename", "..", "is '..'; expected a name without a folder" },
        { "output.file.filename", "a/b", "is 'a/b'; expected a name without a folder" },
        { "output.file.rotate_every_kb", "0", "is '0'; expected a whole number of 1 or more" },
        { "output.file.number_of_files", "1", "is '1'; expected a whole number from 2 to 1024" },
        { "output.file.number_of_files", "1025", "is '1025'; expected a whole number from 2 to 1024" },
        { "output.http.hosts", "[]", $"is an empty list; expected {Hosts}" },
        { "output.http.hosts", "[a, 'u:pa/ss@b']", $"is not understood; expected {Hosts}" },
        { "output.http.hosts", "[ftp://a]", $"is not understood; expected {Hosts}" },
        { "output.http.hosts", "[a:0]", $"is not understood; expected {Hosts}" },
        { "output.http.hosts", "[a:65536]", $"is not understood; expected {Hosts}" },
        { "output.http.hosts", "['']", $"is not understood; expected {Hosts}" },
        { "output.http.hosts", "[[a]]", "is a list; expected text" },
        { "output.http.protocol", "ftp", "is 'ftp'; expected http or https" },
        { "output.http.path", "/a?b=c", "is '/a?b=c'; expected a path without ? and #" },
        { "output.http.format", "xml", "is 'xml'; expected ndjson, json or single" },
        { "output.http.compression_level", "10", "is '10'; expected a whole number from 0 to 9" },
        { "logging.level", "trace", "is 'trace'; expected debug, info, warning, error or critical" },
        { "logging.metrics.period", "25h", "is '25h'; expected a duration from 0s to 24h" },
    };

    public static TheoryData<string> Keys => [.. WrongTypes.Select(row => row.Data.Item1)];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(WrongTypes))]
    public void A_value_of_the_wrong_type_is_refused(string key, string value, string message) =>
        Assert.Equal([$"connbeat.yml:3: {key} {message}"], _directory.Faults($"{Beside(key)}{key}: {value}"));

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_value_out_of_range_is_refused(string key, string value, string message)
    {
        string name = value.StartsWith('[') && value is not "[]" ? $"an item of {key}" : key;
        Assert.Equal([$"connbeat.yml:3: {name} {message}"], _directory.Faults($"{Beside(key)}{key}: {value}"));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_slip_of_the_pen_is_refused_with_what_was_probably_meant(string key) =>
        Assert.Equal(
            [$"connbeat.yml:3: {key}x is not a setting of connbeat; did you mean {key}?"],
            _directory.Faults($"{Beside($"{key}x")}{key}x: 1"));

    [Fact]
    public void Every_setting_of_the_shipped_file_is_in_the_table() =>
        Assert.Empty(ShippedConfig.Keys.Concat(ShippedConfig.ExampleKeys).Except(WrongTypes.Select(row => row.Data.Item1)));

    /// <summary>Two lines that say what a section has to have for the key to be its only fault.</summary>
    private static string Beside(string key) => key switch
    {
        "output.file.path" or "output.http.hosts" => "# 1\n# 2\n",
        _ when key.StartsWith("output.file.", StringComparison.Ordinal) => "# 1\noutput.file.path: /tmp\n",
        _ when key.StartsWith("output.http.", StringComparison.Ordinal) => "# 1\noutput.http.hosts: a\n",
        _ => "# 1\n# 2\n",
    };
}
