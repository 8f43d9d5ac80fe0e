using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class OutputOptionsTests : IDisposable
{
    private readonly ConfigDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("name: a", true, false, false)]
    [InlineData("output.console:", true, false, false)]
    [InlineData("output.file.path: /tmp", false, true, false)]
    [InlineData("output.http.hosts: a", false, false, true)]
    [InlineData("output: { console: {}, file: { path: /tmp }, http: { hosts: [a] } }", true, true, true)]
    [InlineData("output: { console: { enabled: false }, file: { path: /tmp } }", false, true, false)]
    [InlineData("output: { console: {}, file: { enabled: false }, http: { enabled: false } }", true, false, false)]
    [InlineData("output: { console: {}, file: { enabled: no, path: /tmp, number_of_files: 3 } }", true, false, false)]
    public void An_output_is_there_where_it_is_written_and_not_switched_off(string yaml, bool console, bool file, bool http)
    {
        OutputOptions output = _directory.Load(yaml).Options.Output;

        Assert.Equal(
            (console, file, http), (output.Console is not null, output.File is not null, output.Http is not null));
    }

    [Theory]
    [InlineData("name: a", "Connbeat")]
    [InlineData("connbeat.schema: ecs", "Ecs")]
    [InlineData("output: { console: {}, file.path: /tmp, http: { hosts: a } }", "Connbeat Connbeat Connbeat")]
    [InlineData("output: { console: {}, file: { path: /tmp, schema: ecs }, http: { hosts: a } }", "Connbeat Ecs Connbeat")]
    [InlineData(
        "{ connbeat.schema: ecs, output: { console.schema: connbeat, file: { path: /tmp }, http: { hosts: a } } }", "Connbeat Ecs Ecs")]
    public void Each_gets_the_schema_of_its_own_or_else_that_of_all(string yaml, string schemas)
    {
        OutputOptions output = _directory.Load(yaml).Options.Output;

        PumpOptions?[] pumps = [output.Console?.Pump, output.File?.Pump, output.Http?.Pump];
        Assert.Equal(schemas, string.Join(' ', pumps.OfType<PumpOptions>().Select(pump => pump.Schema)));
    }

    [Theory]
    [InlineData("output.file:", "output.file.path is missing; expected the folder for the files")]
    [InlineData("output.file: { path: }", "output.file.path is missing; expected the folder for the files")]
    [InlineData("output: { console: {}, file: { enabled: false, pathx: a } }",
        "output.file.pathx is not a setting of connbeat; did you mean output.file.path?")]
    [InlineData("output.http: {}",
        "output.http.hosts is missing; expected hosts such as collector:8080 or https://collector/path")]
    [InlineData("output.http: { hosts: }",
        "output.http.hosts is missing; expected hosts such as collector:8080 or https://collector/path")]
    public void What_an_output_can_not_do_without_is_asked_for(string yaml, string fault) =>
        Assert.Equal([$"connbeat.yml:1: {fault}"], _directory.Faults(yaml));

    [Fact]
    public void Files_have_the_originals_defaults()
    {
        FileOutputOptions file = _directory.Load("output.file.path: /var/log/connbeat").Options.Output.File!;

        Assert.Equal(
            ("/var/log/connbeat", "connbeat", 10_485_760L, 7),
            (file.Folder, file.FileName, file.LargestFile, file.NumberOfFiles));
        Assert.Equal(new PumpOptions(), file.Pump);
    }

    [Fact]
    public void Hosts_can_come_from_the_environment_alone_or_in_a_list()
    {
        _directory.Environment["CONNBEAT_URL"] = "https://collector/in";

        Assert.Equal(["https://collector:443"], Hosts("${CONNBEAT_URL}"));
        Assert.Equal(["http://a:80", "https://collector:443"], Hosts("[a, '${CONNBEAT_URL}']"));
    }

    [Theory]
    [InlineData("", 180)]
    [InlineData("format: single, bulk_max_size: 10", 990)]
    [InlineData("format: single, timeout: 1h", 86400)]
    [InlineData("format: json, timeout: 1s", 2)]
    public void A_batch_has_time_for_all_its_requests(string settings, double seconds)
    {
        HttpOutputOptions http = _directory.Load($"output.http: {{ hosts: a, {settings} }}").Options.Output.Http!;

        Assert.Equal(TimeSpan.FromSeconds(seconds), http.Pump.Timeout);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("dead_letter: drop", null)]
    [InlineData("dead_letter:", null)]
    [InlineData("dead_letter.file: /var/lib/letters", "/var/lib/letters")]
    [InlineData("dead_letter: { file: letters }", "letters")]
    public void Dead_letters_are_dropped_or_kept_in_a_file(string settings, string? file)
    {
        OutputOptions output = _directory.Load(
            $"output: {{ console: {{ {settings} }}, file: {{ path: /tmp, {settings} }}, http: {{ hosts: a, {settings} }} }}").Options.Output;

        PumpOptions[] pumps = [output.Console!.Pump, output.File!.Pump, output.Http!.Pump];
        Assert.All(pumps, pump => Assert.Equal(file, pump.DeadLetterFile));
    }

    [Theory]
    [InlineData("keep", "output.console.dead_letter is 'keep'; expected drop, or a section with file: /path")]
    [InlineData("[a]", "output.console.dead_letter is a list; expected drop, or a section with file: /path")]
    [InlineData("{ file: }", "output.console.dead_letter.file is missing; expected the path of a file")]
    [InlineData("{ path: /x }", "output.console.dead_letter.file is missing; expected the path of a file",
        "output.console.dead_letter.path is not a setting of connbeat")]
    public void What_is_to_become_of_dead_letters_has_to_be_clear(string value, params string[] faults) =>
        Assert.Equal(
            faults.Select(fault => $"connbeat.yml:1: {fault}"), _directory.Faults($"output.console.dead_letter: {value}"));

    [Fact]
    public void A_password_without_a_user_is_worth_a_warning() =>
        Assert.Equal(
            ["connbeat.yml:1: output.http.password has no effect without output.http.username"],
            _directory.Warnings("output.http: { hosts: a, password: b }"));

    [Theory]
    [InlineData("username: a, bearer_token: b")]
    [InlineData("username: a, headers: { Authorization: b }")]
    [InlineData("bearer_token: a, headers: { authorization: b }")]
    public void One_way_to_say_who_asks_is_enough(string settings) =>
        Assert.Equal(
            ["connbeat.yml:1: output.http has more than one of username, bearer_token and headers.Authorization; expected one"],
            _directory.Faults($"output.http: {{ hosts: a, {settings} }}"));

    [Theory]
    [InlineData("headers: { 'X Y': a }", "headers.X Y is no name of a header")]
    [InlineData("headers: { content-length: 5 }", "headers.content-length is a header that connbeat sets itself")]
    [InlineData("headers: { X: 'é' }", "headers.X holds a character that can't stand in a header; expected printable ASCII")]
    [InlineData("bearer_token: ''",
        "bearer_token holds a character that can't stand in a header; expected printable ASCII without spaces")]
    [InlineData("headers: { X: '${NONE}' }",
        "headers.X can't be read: environment variable NONE is not set and there is no default")]
    public void What_can_not_stand_in_a_request_is_refused(string settings, string fault) =>
        Assert.Equal(
            [$"connbeat.yml:1: output.http.{fault}"], _directory.Faults($"output.http: {{ hosts: a, {settings} }}"));

    /// <summary>The agent leaves an output alone whose settings are equal after a reload.</summary>
    [Fact]
    public void The_same_file_means_equal_settings_and_any_other_setting_unequal_ones()
    {
        OutputOptions first = _directory.Load(ShippedConfig.TextWithExamples).Options.Output;

        Assert.Equal(first, _directory.Load(ShippedConfig.TextWithExamples).Options.Output);
        foreach ((string key, string value) in ShippedConfigTests.OtherExamples)
        {
            OutputOptions changed = _directory.Load(ShippedConfig.TextWithExamples, $"{key}={value}").Options.Output;
            Assert.Equal(key.StartsWith("output.file", StringComparison.Ordinal), first.File != changed.File);
            Assert.Equal(key.StartsWith("output.http", StringComparison.Ordinal), first.Http != changed.Http);
            Assert.Equal(key.StartsWith("output.kafka", StringComparison.Ordinal), first.Kafka != changed.Kafka);
        }
    }

    [Fact]
    public void Equal_options_have_equal_hashes()
    {
        const string Yaml = "output.http: { hosts: [a, b], headers: { X: y } }";

        Assert.Equal(
            _directory.Load(Yaml).Options.Output.Http!.GetHashCode(), _directory.Load(Yaml).Options.Output.Http!.GetHashCode());
    }

    [Fact]
    public void What_is_in_force_is_shown_without_secrets()
    {
        LoadedConfig loaded = _directory.Load("""
            output.http:
              hosts: ['http://joe:hunter2@a:81/in?key=s3cret&x', b]
              password: hunter2
              username: joe
              headers: { X-Api-Key: s3cret }
              parameters: { k: s3cret }
            """);

        Dictionary<string, string> shown = loaded.Settings.ToDictionary(setting => setting.Path, setting => setting.Shown);
        Assert.Equal("[\"http://joe:****@a:81/in?key=****&****\", http://b:80/]", shown["output.http.hosts"]);
        Assert.Equal("{X-Api-Key: \"****\"}", shown["output.http.headers"]);
        Assert.Equal("{k: \"****\"}", shown["output.http.parameters"]);
        Assert.Equal(("\"****\"", "joe"), (shown["output.http.password"], shown["output.http.username"]));
        Assert.Equal(("null", "ndjson", "1m30s"), (shown["output.http.bearer_token"], shown["output.http.format"], shown["output.http.timeout"]));
        Assert.Contains(new EffectiveSetting("output.http.password", "hunter2", "\"****\""), loaded.Settings);
    }

    [Fact]
    public void An_output_that_is_not_written_is_not_in_force() =>
        Assert.DoesNotContain(
            _directory.Load("output.file.path: /tmp").Settings,
            setting => setting.Path.StartsWith("output.", StringComparison.Ordinal) &&
                !setting.Path.StartsWith("output.file.", StringComparison.Ordinal));

    private IEnumerable<string> Hosts(string hosts) =>
        _directory.Load($"output.http.hosts: {hosts}").Options.Output.Http!.Hosts.Select(host => host.ToString());
}
