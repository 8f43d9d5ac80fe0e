using System.Text.Json;
using Connbeat.Config;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Config;

/// <summary>The configurations that came with the original connbeat start, and mean what they meant.</summary>
public sealed class OriginalConfigTests : IDisposable
{
    private const string OlderSource =
        "connbeat.enable_tcp_diag is an older spelling; write connbeat.source: netlink, or auto";

    private const string NoTopology = "has no effect; there is no topology map any more";
    private const string LogGoesToStderr = "has no effect; the log goes to stderr, where the service manager keeps it";

    private readonly ConfigDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_was_shipped_is_understood()
    {
        LoadedConfig loaded = _directory.Load(Text("shipped"));
        AgentOptions options = loaded.Options;

        Assert.Equal([$"connbeat.yml:10: {OlderSource}"], _directory.WarningsOf(loaded));
        Assert.Equal(CaptureSource.Netlink, options.Capture.Source);
        Assert.Equal(TimeSpan.FromSeconds(2), options.Capture.PollInterval);
        Assert.Equal(TimeSpan.FromSeconds(10), options.Tracking.Aggregation);
        Assert.Equal((true, false, true), (
            options.Enrichment.ExposeProcessInfo, options.Enrichment.ExposeCmdline, options.Enrichment.ExposeEnviron.All));
        Assert.Equal(["PATH"], options.Enrichment.DockerEnvironment);
        Assert.Equal(["http://localhost:9200"], options.Output.Elasticsearch!.Connection.Hosts.Select(host => host.ToString()));
        Assert.Equal("connbeat-%{+yyyy.MM.dd}", options.Output.Elasticsearch.Index.Text);
        Assert.Null(options.Output.Console);
    }

    [Fact]
    public void What_was_in_the_image_starts_where_the_environment_says_where_to_send()
    {
        Assert.Equal(
            ["connbeat.yml:14: an item of output.http.hosts can't be read: environment variable CONNBEAT_URL is not set and there is no default"],
            _directory.Faults(Text("docker")));

        _directory.Environment["CONNBEAT_URL"] = "https://collector/in?key=s3cret";
        LoadedConfig loaded = _directory.Load(Text("docker"));
        AgentOptions options = loaded.Options;

        Assert.Equal([$"connbeat.yml:9: {OlderSource}"], _directory.WarningsOf(loaded));
        Assert.Equal((CaptureSource.Auto, false), (options.Capture.Source, options.Capture.EnableLocalConnections));
        Assert.Equal((false, true), (options.Enrichment.ExposeProcessInfo, options.Enrichment.EnableDocker));
        Assert.Equal(["https://collector:443"], options.Output.Http!.Hosts.Select(host => host.ToString()));
        Assert.Null(options.Output.Console);
    }

    [Fact]
    public void Every_setting_there_was_is_honoured_or_named_with_what_takes_its_place()
    {
        LoadedConfig loaded = _directory.Load(Text("full"));

        Assert.Equal(
            [
                $"connbeat.yml:11: {OlderSource}",
                "connbeat.yml:21: queue_size has no effect; set queue.memory.events",
                "connbeat.yml:22: bulk_queue_size has no effect; set queue.memory.events",
                "connbeat.yml:24: geoip has no effect; places are looked up where the events are stored",
                $"connbeat.yml:25: refresh_topology_freq {NoTopology}",
                $"connbeat.yml:26: topology_expire {NoTopology}",
                "connbeat.yml:38: processors.decode_json_fields has no effect: no field of connbeat's events holds JSON as text",
                "connbeat.yml:41: processors.add_cloud_metadata has no effect: connbeat asks no cloud about its host; set fields to what you want told of it",
                "connbeat.yml:198: output.console.codec.json.pretty is an older spelling; write output.console.pretty",
                "connbeat.yml:200: output.console.worker has no effect; the console is written by one worker",
                "connbeat.yml:203: path has no effect; set connbeat.state, and name the configuration with -c",
                $"connbeat.yml:223: logging.to_files {LogGoesToStderr}",
                $"connbeat.yml:224: logging.files {LogGoesToStderr}",
            ],
            _directory.WarningsOf(loaded));
        Assert.Equal(3, loaded.Options.Processors.Count);
        AgentOptions defaults = new();
        Assert.Equal(
            Json(defaults with
            {
                Tags = ["service-X", "web-tier"],
                Fields = new Dictionary<string, object?> { ["env"] = "staging" },
                Processors = loaded.Options.Processors,
                Output = new() { Console = new() { Pump = defaults.Output.Console!.Pump with { MaxRetries = 3 } } },
            }),
            Json(loaded.Options));
    }

    /// <summary>Each of the other outputs can be switched on where this version has it.</summary>
    [Theory]
    [InlineData("file", 0)]
    [InlineData("http", 1)]
    [InlineData("kafka", 0)]
    [InlineData("elasticsearch", 4)]
    [InlineData("logstash", 1)]
    [InlineData("redis", 1)]
    public void What_a_switched_off_output_asks_for_counts_as_soon_as_it_is_switched_on(string output, int faults)
    {
        string[] switchOn = ["output.console.enabled=false", $"output.{output}.enabled=true"];

        if (faults == 0)
        {
            OutputOptions there = _directory.Load(Text("full"), switchOn).Options.Output;
            Assert.NotNull(output == "file" ? there.File : there.Kafka);
        }
        else
        {
            Assert.Equal(faults, _directory.Faults(Text("full"), switchOn).Length);
        }
    }

    [Theory]
    [InlineData("shipped")]
    [InlineData("docker")]
    [InlineData("full")]
    public void What_export_prints_of_them_means_the_same(string name, params string[] overrides)
    {
        _directory.Environment["CONNBEAT_URL"] = "https://collector/in";
        LoadedConfig first = _directory.Load(Text(name), overrides);
        LoadedConfig second = _directory.Load(ConfigDirectory.Exported(first));

        Assert.Equal(Json(first.Options), Json(second.Options));
        Assert.Equal(ConfigDirectory.Exported(first), ConfigDirectory.Exported(second));
        Assert.Empty(second.Warnings);
    }

    private static string Text(string name) => File.ReadAllText(Fixture.At($"config/original/{name}.yml"));

    private static string Json(AgentOptions options) => JsonSerializer.Serialize(options);
}
