using System.Text.Json.Nodes;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Outputs.Elasticsearch;
using Connbeat.Tests.Config;
using Connbeat.Tests.Outputs.Http;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Elasticsearch;

public sealed class ElasticSetUpTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly KeepingServer _server = new();

    public static TheoryData<string, string, string> Versions => new()
    {
        { "7.17.28", "", "" },
        { "8.15.2", "", "ecs" },
        { "9.1.0", "", "" },
        { "2.0.1", "opensearch", "" },
        { "2.19.1", "opensearch", "ecs" },
        { "3.1.0", "opensearch", "" },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_is_missing_is_made_and_asked_again_nothing_is(string number, string distribution, string schema)
    {
        _server.Says(number, distribution);
        bool isEcs = schema == "ecs";
        string name = isEcs ? "logs-connbeat.connection" : "connbeat";
        string[] wanted =
        [
            $"lifecycle policy {name}", $"component template {name}-mappings", $"component template {name}-settings",
            $"index template {name}", .. isEcs ? (string[])["data stream logs-connbeat.connection-default"] : [],
        ];
        string settings = isEcs ? "schema: ecs" : "";

        Assert.Equal(wanted.Select(one => $"Made {one}"), await SetUpAsync(settings));
        Assert.Equal(wanted.Select(one => $"There {one}"), await SetUpAsync(settings));

        string policy = distribution == "opensearch" ? "/_plugins/_ism/policies/" : "/_ilm/policy/";
        Assert.Equal(
            [
                policy + name, $"/_component_template/{name}-mappings", $"/_component_template/{name}-settings",
                $"/_index_template/{name}", .. isEcs ? (string[])["/_data_stream/logs-connbeat.connection-default"] : [],
            ],
            _server.Kept.Keys);
        JsonNode template = JsonNode.Parse(_server.Kept[$"/_index_template/{name}"])!;
        Assert.Equal(isEcs, template["data_stream"] is not null);
        Assert.Equal(
            isEcs ? "logs-connbeat.connection-*" : "connbeat-*", (string)Assert.Single(template["index_patterns"]!.AsArray())!);
    }

    [Fact]
    public async Task Only_elasticsearch_is_told_the_policy_by_the_template_and_open_search_by_the_policy()
    {
        _server.Says("9.1.0", "");
        await SetUpAsync("");
        Assert.Contains("\"lifecycle\"", _server.Kept["/_component_template/connbeat-settings"], StringComparison.Ordinal);

        await using KeepingServer other = new();
        other.Says("2.19.1", "opensearch");
        await SetUpAsync("", other: other);
        Assert.DoesNotContain("lifecycle", other.Kept["/_component_template/connbeat-settings"], StringComparison.Ordinal);
        JsonNode policy = JsonNode.Parse(other.Kept["/_plugins/_ism/policies/connbeat"])!["policy"]!;
        Assert.Equal("connbeat-*", (string?)policy["ism_template"]![0]!["index_patterns"]![0]);
        Assert.Equal("30d", (string?)policy["states"]![0]!["transitions"]![0]!["conditions"]!["min_index_age"]);
    }

    [Fact]
    public async Task A_template_of_another_version_is_replaced_unless_it_is_to_stay_and_a_policy_stays()
    {
        _server.Says("8.15.2", "");
        await SetUpAsync("");
        foreach (string path in _server.Kept.Keys.ToList())
        {
            _server.Kept[path] = """{"_meta":{"digest":"another"}}""";
        }

        Assert.Equal(
            [
                "There lifecycle policy connbeat",
                "Differs component template connbeat-mappings; output.elasticsearch.template.overwrite says to leave it",
                "Differs component template connbeat-settings; output.elasticsearch.template.overwrite says to leave it",
                "Differs index template connbeat; output.elasticsearch.template.overwrite says to leave it",
            ],
            await SetUpAsync("template.overwrite: false"));
        Assert.Equal(
            [
                "There lifecycle policy connbeat", "Made component template connbeat-mappings",
                "Made component template connbeat-settings", "Made index template connbeat",
            ],
            await SetUpAsync(""));
    }

    [Fact]
    public async Task A_dry_run_makes_nothing_and_prints_the_requests()
    {
        _server.Says("8.15.2", "");

        string[] told = await SetUpAsync("", "setup.kibana.host: nowhere", dryRun: true);

        Assert.Empty(_server.Kept);
        Assert.Equal(5, told.Length);
        Assert.StartsWith("Missing lifecycle policy connbeat\nPUT /_ilm/policy/connbeat\n{\n  \"policy\"", told[0], StringComparison.Ordinal);
        Assert.StartsWith("Missing index template connbeat\nPUT /_index_template/connbeat\n{", told[3], StringComparison.Ordinal);
        Assert.StartsWith(
            "Missing dashboard Connections, with what it stands on\nPOST /api/saved_objects/_import (a form with one file)\n{\"id\":\"connbeat-index-pattern\"",
            told[4], StringComparison.Ordinal);
        Assert.All(_server.Web.UnreadRequests(), request => Assert.StartsWith("GET ", request.Line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_server_a_dry_run_prints_what_the_newest_would_be_asked()
    {
        string host = $"http://127.0.0.1:{WebServer.ClosedPort()}";

        string[] told = await SetUpAsync("", dryRun: true, hosts: [host]);

        Assert.Equal($"Failed {host}: Connection refused; what Elasticsearch 9.0.0 would be asked:", told[0]);
        Assert.Equal(5, told.Length);
        Assert.Equal([$"Failed {host}: Connection refused"], await SetUpAsync("", hosts: [host]));
    }

    [Theory]
    [InlineData("7.16.0", "", "Elasticsearch 7.16.0")]
    [InlineData("1.3.0", "opensearch", "OpenSearch 1.3.0")]
    public async Task A_version_that_is_too_old_is_told_and_left_alone(string number, string distribution, string version)
    {
        _server.Says(number, distribution);

        Assert.Equal(
            [$"Failed {_server.Web.Url} is {version}; expected Elasticsearch 7.17 to 9, or OpenSearch 2 and 3"], await SetUpAsync(""));
    }

    [Fact]
    public async Task What_is_refused_is_told_and_nothing_is_made_that_stands_on_it()
    {
        _server.Says("8.15.2", "");
        _server.Refuses = "/_component_template/connbeat-mappings";

        Assert.Equal(
            [
                "Made lifecycle policy connbeat",
                $"Failed component template connbeat-mappings: {_server.Web.Url} answered 403 Words: security_exception: action [cluster:admin] is unauthorized; " +
                "see that output.elasticsearch says who asks, and that they may",
            ],
            await SetUpAsync(""));
    }

    [Fact]
    public async Task Names_patterns_and_days_are_the_users()
    {
        _server.Says("8.15.2", "");

        Assert.Equal(
            ["Made component template flows-mappings", "Made component template flows-settings", "Made index template flows"],
            await SetUpAsync("template.name: flows, index: 'flows-%{+yyyy.MM}'", "setup.lifecycle.keep_days: 0"));
        Assert.Contains("flows-*", _server.Kept["/_index_template/flows"], StringComparison.Ordinal);
        Assert.Equal(["Made lifecycle policy connbeat"], await SetUpAsync("template.enabled: false", "setup.lifecycle.keep_days: 7"));
        Assert.Contains("7d", _server.Kept["/_ilm/policy/connbeat"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"successCount":11,"success":true}""", "Made dashboard Connections, with what it stands on")]
    [InlineData("""{"successCount":0,"success":false,"errors":[{"id":"a","type":"search","error":{"type":"conflict"}}]}""",
        "There dashboard Connections, with what it stands on")]
    [InlineData("""{"successCount":1,"success":false,"errors":[{"id":"a","type":"search","error":{"type":"unsupported_type"}}]}""",
        "Failed dashboard Connections, with what it stands on: a: unsupported_type")]
    [InlineData("<html>", "Failed dashboard Connections, with what it stands on: URL gave an answer of something that is not Kibana")]
    public async Task Kibana_is_asked_to_import_the_dashboard_and_keeps_what_it_has(string answer, string told)
    {
        _server.Says("8.15.2", "");
        await using WebServer kibana = new() { Otherwise = WebServer.Status(200, answer) };

        string[] steps = await SetUpAsync(
            "username: joe, password: hunter2", $"setup.kibana: {{ host: '{kibana.Url}', path: /kibana, space: ops }}");

        Assert.Equal(told.Replace("URL", kibana.Url, StringComparison.Ordinal), steps[^1]);
        WebRequest request = await kibana.RequestAsync();
        Assert.Equal("POST /kibana/s/ops/api/saved_objects/_import HTTP/1.1", request.Line);
        Assert.Equal(("connbeat", "connbeat"), (request["kbn-xsrf"], request["osd-xsrf"]));
        Assert.Equal("Basic am9lOmh1bnRlcjI=", request["Authorization"]); // who asks Elasticsearch asks Kibana
        Assert.StartsWith("multipart/form-data; boundary=", request["Content-Type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kibana_may_have_a_user_of_its_own()
    {
        _server.Says("8.15.2", "");
        await using WebServer kibana = new();

        await SetUpAsync("username: joe, password: hunter2", $"setup.kibana: {{ host: '{kibana.Url}', username: ann, password: p }}");

        Assert.Equal("Basic YW5uOnA=", (await kibana.RequestAsync())["Authorization"]);
    }

    private async Task<string[]> SetUpAsync(
        string settings, string setup = "", bool dryRun = false, string[]? hosts = null, KeepingServer? other = null)
    {
        using ConfigDirectory directory = new();
        string list = string.Join(", ", (hosts ?? [(other ?? _server).Web.Url]).Select(host => $"'{host}'"));
        AgentOptions options = directory.Load($"output.elasticsearch: {{ hosts: [{list}], {settings} }}\n{setup}").Options;
        await using ElasticSetUp setUp = new(options.Output.Elasticsearch!, options.Setup.Elastic, _time);
        IReadOnlyList<SetUpStep> steps = await setUp.SetUpAsync(dryRun, Token).WaitAsync(WebServer.Limit, Token);
        return [.. steps.Select(step => $"{step.Outcome} {step.Says}")];
    }

    /// <summary>Keeps what is put, and gives it back.</summary>
    private sealed class KeepingServer : IAsyncDisposable
    {
        private string _hello = "";

        public KeepingServer() => Web.Otherwise = (request, to, stop) =>
        {
            string[] line = request.Line.Split(' ');
            (int status, string body) = (line[0], line[1]) switch
            {
                ("GET", "/") => (200, _hello),
                ("PUT", var path) when path == Refuses => (403, """{"error":{"type":"security_exception","reason":"action [cluster:admin] is unauthorized"}}"""),
                ("PUT", var path) => Keep(path, request.Text),
                ("GET", var path) when Kept.TryGetValue(path, out string? kept) => (200, kept.Length > 0 ? kept : "{}"),
                _ => (404, """{"error":{"type":"resource_not_found_exception","reason":"there is none"},"status":404}"""),
            };
            return WebServer.Status(status, body)(request, to, stop);
        };

        public WebServer Web { get; } = new();

        public string Refuses { get; set; } = "";

        public Dictionary<string, string> Kept { get; } = [];

        public void Says(string number, string distribution) =>
            _hello = $$$"""{"cluster_name":"c","version":{"number":"{{{number}}}","distribution":"{{{distribution}}}"}}""";

        public ValueTask DisposeAsync() => Web.DisposeAsync();

        private (int Status, string Body) Keep(string path, string body)
        {
            Assert.True(body.Length == 0 || JsonNode.Parse(body) is JsonObject);
            Kept[path] = body;
            return (200, """{"acknowledged":true}""");
        }
    }
}
