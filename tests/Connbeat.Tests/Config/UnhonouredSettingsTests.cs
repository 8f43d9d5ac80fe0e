using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class UnhonouredSettingsTests : IDisposable
{
    private const string Outputs = "output: { console: {}, file: { path: /tmp }, http: { hosts: [a] }, kafka: { hosts: [a] }, elasticsearch: { hosts: [a] } }";

    private readonly ConfigDirectory _directory = new();

    public static TheoryData<string> Refused => [.. UnhonouredSettings.Refused.Keys];

    public static TheoryData<string> WithoutEffect => [.. UnhonouredSettings.WithoutEffect.Keys];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_asked_for_and_can_not_be_had_is_a_fault(string key) =>
        Assert.Equal(
            [$"connbeat.yml:2: {key} {UnhonouredSettings.Refused[key]}"],
            _directory.Faults($"{Outputs}\n{key}: {{ a: b }}"));

    [Theory]
    [InlineData("output.redis.hosts: [a]", "connbeat.yml:1: output.redis is not an output of connbeat, which has console, file, http, kafka and elasticsearch")]
    [InlineData("output.logstash.hosts: [a]", "connbeat.yml:1: output.logstash is not an output of connbeat, which has console, file, http, kafka and elasticsearch")]
    public void It_is_said_in_these_words(string yaml, string message) =>
        Assert.Equal([message], _directory.Faults(yaml));

    [Theory]
    [InlineData("setup: {}")]
    [InlineData("dashboards.enabled: false")]
    [InlineData("exporters: { enabled: Off, ipsec_vici: { listen: '' } }")]
    [InlineData("output: { console: {}, kafka: { enabled: no, hosts: [a] } }")]
    [InlineData("output: { console: {}, redis: { enabled: '${NONE:false}', hosts: [a] } }")]
    [InlineData("output: { console: { worker: }, file: { enabled: false, worker: 2, codec.format.string: a } }")]
    [InlineData("output: { console: {}, file: { enabled: false, path: '' }, http: { enabled: false, hosts: [] } }")]
    [InlineData("output: { console: {}, http: { enabled: false, hosts: ['${NONE}'], format: '${NONE}', tls: { key: a } } }")]
    public void To_ask_for_nothing_of_it_is_no_fault(string yaml) => Assert.Empty(_directory.Warnings(yaml));

    [Theory]
    [MemberData(nameof(WithoutEffect))]
    public void What_costs_nothing_to_leave_out_is_a_warning(string key) =>
        Assert.Equal(
            [$"connbeat.yml:2: {key} has no effect; {UnhonouredSettings.WithoutEffect[key]}"],
            _directory.Warnings($"{Outputs}\n{key}: {{ a: b }}"));

    [Fact]
    public void What_is_switched_off_is_still_read_for_slips() =>
        Assert.Equal(
            [
                "connbeat.yml:1: output.http.backoff.init is 'soon'; expected a duration from 1ms to 1h",
                "connbeat.yml:1: output.http.pasword is not a setting of connbeat; did you mean output.http.password?",
            ],
            _directory.Faults("output: { console: {}, http: { enabled: no, pasword: a, backoff.init: soon } }"));

    [Theory]
    [InlineData("output.console.codec.json.pretty: true", true)]
    [InlineData("output.console: { codec.json.pretty: true, pretty: false }", false)]
    public void The_older_spelling_of_pretty_is_understood_with_a_warning(string yaml, bool pretty)
    {
        LoadedConfig loaded = _directory.Load(yaml);

        Assert.Equal(pretty, loaded.Options.Output.Console!.Pretty);
        Assert.EndsWith(
            "connbeat.yml:1: output.console.codec.json.pretty is an older spelling; write output.console.pretty",
            Assert.Single(loaded.Warnings),
            StringComparison.Ordinal);
        Assert.DoesNotContain(loaded.Settings, setting => setting.Path.Contains("codec", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("logging.metrics: { enabled: false, period: 10s }", 0)]
    [InlineData("logging.metrics: { enabled: true, period: 10s }", 10)]
    public void The_agents_own_counters_can_be_switched_off(string yaml, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), _directory.Load(yaml).Options.Logging.MetricsPeriod);

    [Theory]
    [InlineData("true", CaptureSource.Netlink)]
    [InlineData("false", CaptureSource.Auto)]
    public void The_older_spelling_of_the_source_is_understood_with_a_warning(string value, object source)
    {
        LoadedConfig loaded = _directory.Load($"connbeat.enable_tcp_diag: {value}");

        Assert.Equal(source, loaded.Options.Capture.Source);
        Assert.EndsWith(
            "connbeat.yml:1: connbeat.enable_tcp_diag is an older spelling; write connbeat.source: netlink, or auto",
            Assert.Single(loaded.Warnings),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_newer_spelling_has_the_last_word() =>
        Assert.Equal(
            CaptureSource.Auto,
            _directory.Load("connbeat: { source: auto, enable_tcp_diag: true }").Options.Capture.Source);

    [Fact]
    public void To_watch_nothing_is_worth_a_warning() =>
        Assert.Equal(
            ["connbeat.yml:1: connbeat.enable_local_connections is false: nothing is watched, connbeat runs idle"],
            _directory.Warnings("connbeat: { enable_local_connections: false, namespaces: host }"));

    [Fact]
    public void To_watch_other_namespaces_than_ones_own_is_worth_none() =>
        Assert.Empty(_directory.Warnings("connbeat.enable_local_connections: false"));
}
