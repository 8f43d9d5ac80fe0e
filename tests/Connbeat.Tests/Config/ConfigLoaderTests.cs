using Connbeat.Config;
using Microsoft.Extensions.Logging;

namespace Connbeat.Tests.Config;

public sealed class ConfigLoaderTests : IDisposable
{
    private readonly ConfigDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void All_faults_are_told_at_once_by_line() =>
        Assert.Equal(
            [
                "connbeat.yml:2: connbeat.agregation is not a setting of connbeat; did you mean connbeat.aggregation?",
                "connbeat.yml:3: connbeat.poll_interval is '0'; expected a duration from 10ms to 1h",
                "connbeat.yml:5: poll_interval is not a setting of connbeat; did you mean connbeat.poll_interval?",
                "connbeat.yml:8: output.redis is not an output of connbeat, which has console, file, http, kafka and elasticsearch",
                "connbeat.yml:10: an item of tags is a section; expected text",
                "connbeat.yml:11: zebra is not a setting of connbeat",
            ],
            _directory.Faults("""
                connbeat:
                  agregation: 10s
                  poll_interval: 0
                  owner_wait: 1s
                poll_interval: 1s
                output:
                  console:
                  redis: { hosts: [a] }
                tags:
                - { a: b }
                zebra: 1
                """));

    [Fact]
    public void Dotted_and_nested_names_mean_the_same()
    {
        AgentOptions options = _directory.Load("""
            connbeat.poll_interval: 5s
            connbeat:
              aggregation: 1m
            queue.memory: { events: 99 }
            queue: { memory.bytes: 2MiB }
            """).Options;

        Assert.Equal(TimeSpan.FromSeconds(5), options.Capture.PollInterval);
        Assert.Equal(TimeSpan.FromMinutes(1), options.Tracking.Aggregation);
        Assert.Equal((99, 2L << 20), (options.Queue.Events, options.Queue.Bytes));
    }

    [Fact]
    public void A_setting_that_stands_twice_in_a_file_is_refused_however_it_is_spelt() =>
        Assert.Equal(
            [
                "connbeat.yml:2: name is set twice; first at connbeat.yml:1",
                "connbeat.yml:5: queue.memory.events is set twice; first at connbeat.yml:4",
            ],
            _directory.Faults("name: a\nname: b\nqueue:\n  memory.events: 16\nqueue.memory.events: 17"));

    [Fact]
    public void A_later_file_is_laid_over_an_earlier_one_sections_joined_and_lists_replaced()
    {
        _directory.Write("base.yml", "name: a\ntags: [x, y]\nconnbeat:\n  poll_interval: 5s\n  latency: 1s\n");
        _directory.Write("site.yml", "tags: [z]\nname:\nconnbeat.poll_interval: 6s\nconnbeat.owner_wait: 0\n");

        LoadedConfig loaded = _directory.LoadFiles(["base.yml", "site.yml"], []);

        Assert.Equal("a", loaded.Options.Name);
        Assert.Equal(["z"], loaded.Options.Tags);
        Assert.Equal(TimeSpan.FromSeconds(6), loaded.Options.Capture.PollInterval);
        Assert.Equal(TimeSpan.FromSeconds(1), loaded.Options.Capture.Latency);
        Assert.Equal(TimeSpan.Zero, loaded.Options.Tracking.OwnerWait);
        Assert.Equal([_directory.PathOf("base.yml"), _directory.PathOf("site.yml")], loaded.Files);
    }

    [Fact]
    public void A_fault_names_the_file_in_which_it_stands()
    {
        _directory.Write("base.yml", "name: a\nqueue.memory.events: 1\nlogging.level: loud\n");
        _directory.Write("site.yml", "logging.level: quiet\n");

        Assert.Equal(
            [
                "base.yml:2: queue.memory.events is '1'; expected a whole number from 16 to 16777216",
                "site.yml:1: logging.level is 'quiet'; expected debug, info, warning, error or critical",
            ],
            _directory.FaultsOf(["base.yml", "site.yml"], []));
    }

    [Fact]
    public void Faults_come_in_the_order_in_which_things_were_named()
    {
        _directory.Write("z.yml", "name: a\nqueue.memory.events: 1\nzebra: 1\n");
        _directory.Write("a.yml", "# 1\nlogging.level: quiet\nconnbeat.agregation: 1\n");

        Assert.Equal(
            [
                "z.yml:2: queue.memory.events is '1'; expected a whole number from 16 to 16777216",
                "z.yml:3: zebra is not a setting of connbeat",
                "a.yml:2: logging.level is 'quiet'; expected debug, info, warning, error or critical",
                "a.yml:3: connbeat.agregation is not a setting of connbeat; did you mean connbeat.aggregation?",
                "-E tags: tags is a section; expected a list of text",
                "-E connbeat.owner_wait: connbeat.owner_wait is 'long'; expected a duration from 0s to 1m",
            ],
            _directory.FaultsOf(["z.yml", "a.yml"], ["tags={a: b}", "connbeat.owner_wait=long"]));
    }

    /// <summary>What can't be read as a whole would be missed in the rest: only what is sure is told.</summary>
    [Fact]
    public void Files_that_can_not_be_read_are_all_told_before_settings_are_judged()
    {
        _directory.Write("z.yml", "name: a\nname: b\nzebra: 1\n");
        _directory.Write("a.yml", "tags: [a\n");

        Assert.Equal(
            [
                "error loading config file: stat none.yml: no such file or directory",
                "z.yml:2: name is set twice; first at z.yml:1",
                "a.yml:1: a bracket [ is not closed here or above, or a comma is missing",
                "-E x: expected key=value, as in connbeat.poll_interval=5s",
            ],
            _directory.FaultsOf(["z.yml", "none.yml", "a.yml"], ["x"]));
    }

    /// <summary>The original took one value for a list of one.</summary>
    [Fact]
    public void One_value_is_a_list_of_one()
    {
        AgentOptions options = _directory.Load(
            "tags: web\nconnbeat: { protocols: udp, docker_environment: PATH, filter.ports: 8000-8100 }").Options;

        Assert.Equal(["web"], options.Tags);
        Assert.Equal([WatchedProtocol.Udp], options.Capture.Protocols);
        Assert.Equal(["PATH"], options.Enrichment.DockerEnvironment);
        Assert.Equal("8000-8100", Assert.Single(options.Capture.Filter.Ports).ToString());
    }

    [Fact]
    public void What_stands_for_several_values_with_commas_is_not_taken_for_one()
    {
        _directory.Environment["TAGS"] = "web,s3cret";

        Assert.Equal(["connbeat.yml:1: tags is '${TAGS}'; expected a list of text"], _directory.Faults("tags: ${TAGS}"));
    }

    [Theory]
    [InlineData("name=a: #b", "a: #b")]
    [InlineData("name='a'", "a")]
    [InlineData("name = x=y", " x=y")]
    [InlineData("name=", null)]
    public void The_command_line_has_the_last_word(string argument, string? name) =>
        Assert.Equal(name, _directory.Load("name: file", argument).Options.Name);

    [Fact]
    public void The_command_line_can_hold_lists_and_sections()
    {
        AgentOptions options = _directory
            .Load("tags: [a]", "tags=[b, 'c d']", "fields={site: {rack: 7}}", "connbeat.state=").Options;

        Assert.Equal(["b", "c d"], options.Tags);
        Assert.Equal(7L, Assert.IsType<Dictionary<string, object?>>(options.Fields["site"])["rack"]);
        Assert.Equal("", options.Tracking.State);
    }

    [Theory]
    [InlineData("logging.json=1", "logging.json: logging.json is '1'; expected true or false")]
    [InlineData("output.redis.password=a", "output.redis.password: output.redis is not an output of connbeat, which has console, file, http, kafka and elasticsearch")]
    [InlineData("name", "name: expected key=value, as in connbeat.poll_interval=5s")]
    [InlineData("=5", ": expected key=value, as in connbeat.poll_interval=5s")]
    [InlineData("a..b=5", "a..b: expected key=value, as in connbeat.poll_interval=5s")]
    [InlineData("output.http.password hunter2", "output.http.password: expected key=value, as in connbeat.poll_interval=5s")]
    [InlineData("output.http=joe:hunter2", "output.http: output.http is one value; expected a section of settings; is a space missing after the colon?")]
    [InlineData("tags=[a", "tags: a bracket [ is not closed here or above, or a comma is missing")]
    public void A_fault_of_the_command_line_names_the_option_but_not_a_secret(string argument, string message) =>
        Assert.Equal([$"-E {message}"], _directory.Faults("name: a", argument));

    [Theory]
    [InlineData("output:")]
    [InlineData("output: {}")]
    [InlineData("output.console.enabled: false")]
    [InlineData("output: { kafka: { enabled: false } }")]
    public void An_output_section_without_an_output_is_refused(string yaml) =>
        Assert.Equal(
            ["connbeat.yml:1: No outputs are defined. Please define one under the output section."],
            _directory.Faults(yaml));

    [Theory]
    [InlineData("name: a")]
    [InlineData("output.console:")]
    [InlineData("output: { console: {}, file: { enabled: false } }")]
    public void Events_go_to_the_console(string yaml) =>
        Assert.Equal(new OutputOptions(), _directory.Load(yaml).Options.Output);

    [Fact]
    public void A_longer_interval_takes_its_ceiling_along()
    {
        AgentOptions options = _directory.Load("connbeat.aggregation: 1h\noutput.console.backoff.init: 2m").Options;

        Assert.Equal(TimeSpan.FromHours(1), options.Tracking.AggregationMax);
        Assert.Equal(TimeSpan.FromMinutes(2), options.Output.Console!.Pump.BackoffMax);
    }

    [Theory]
    [InlineData("true", true, new string[0])]
    [InlineData("false", false, new string[0])]
    [InlineData("[PATH, HOME]", false, new[] { "PATH", "HOME" })]
    public void An_environment_is_exposed_whole_in_part_or_not(string value, bool all, string[] names)
    {
        AgentOptions options = _directory.Load($"connbeat.expose_environ: {value}").Options;
        ExposedEnvironment exposed = options.Enrichment.ExposeEnviron;

        Assert.Equal(all, exposed.All);
        Assert.Equal(names, exposed.Names);
    }

    [Theory]
    [InlineData("logging.level: DEBUG", LogLevel.Debug)]
    [InlineData("logging.level: Warning", LogLevel.Warning)]
    public void Names_that_can_be_chosen_are_understood_in_capitals_too(string yaml, LogLevel level) =>
        Assert.Equal(level, _directory.Load(yaml).Options.Logging.Level);

    [Fact]
    public void What_the_original_called_critical_is_an_error() =>
        Assert.Equal(LogLevel.Error, _directory.Load("logging.level: critical").Options.Logging.Level);

    [Fact]
    public void Fields_keep_their_types()
    {
        AgentOptions options = _directory.Load("""
            fields:
              text: "1"
              whole: 12
              part: 0.5
              yes: true
              none:
              list: [a, 1, { b: 2 }]
              dotted.name: x
            """).Options;

        Assert.Equal("1", options.Fields["text"]);
        Assert.Equal(12L, options.Fields["whole"]);
        Assert.Equal(0.5, options.Fields["part"]);
        Assert.Equal(true, options.Fields["yes"]);
        Assert.Null(options.Fields["none"]);
        Assert.Equal(
            ["a", 1L, new Dictionary<string, object?> { ["b"] = 2L }],
            Assert.IsType<List<object?>>(options.Fields["list"]));
        Assert.Equal("x", Assert.IsType<Dictionary<string, object?>>(options.Fields["dotted"])["name"]);
    }
}
