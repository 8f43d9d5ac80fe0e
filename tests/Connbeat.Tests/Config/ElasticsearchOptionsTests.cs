using Connbeat.Config;
using Connbeat.Outputs.Elasticsearch;

namespace Connbeat.Tests.Config;

public sealed class ElasticsearchOptionsTests : IDisposable
{
    private readonly ConfigDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("a", "http://a:9200")]
    [InlineData("https://a", "https://a:9200")]
    [InlineData("https://a:443/x", "https://a:443")]
    [InlineData("http://a:80", "http://a:80")]
    [InlineData("joe:pa:ss@a", "http://a:9200")]
    [InlineData("[::1]", "http://[::1]:9200")]
    [InlineData("[::1]:9201", "http://[::1]:9201")]
    [InlineData("a?x=1:2", "http://a:9200")]
    public void The_port_is_9200_unless_one_is_written(string host, string address) =>
        Assert.Equal([address], Read($"hosts: ['{host}']").Connection.Hosts.Select(one => one.ToString()));

    [Theory]
    [InlineData("a", "/_bulk", "http://a:9200/_bulk")]
    [InlineData("a/search/", "/_bulk?x=1", "http://a:9200/search/_bulk?x=1")]
    [InlineData("a/?k=v", "/", "http://a:9200/?k=v")]
    [InlineData("a/?k=v", "/_bulk?x=1", "http://a:9200/_bulk?k=v&x=1")]
    public void What_is_asked_for_stands_below_the_path_and_beside_the_parameters(string host, string target, string uri) =>
        Assert.Equal(uri, Assert.Single(Read($"hosts: ['{host}']").Connection.Hosts).Below(target).ToString());

    [Fact]
    public void It_has_the_originals_defaults_but_for_larger_batches()
    {
        ElasticsearchOptions options = Read("hosts: a");

        Assert.Equal((2048, true, 0), (options.Pump.BulkMaxSize, options.LoadBalance, options.CompressionLevel));
        Assert.Equal(TimeSpan.FromSeconds(90), options.Connection.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(180), options.Pump.Timeout);
        Assert.Equal(("connbeat-%{+yyyy.MM.dd}", null), (options.Index.Text, options.Pipeline));
        Assert.Equal("logs-connbeat.connection-default", Read("hosts: a, schema: ecs").Index.Text);
        Assert.Equal(50, Read("hosts: a, bulk_max_size: 50").Pump.BulkMaxSize);
    }

    [Theory]
    [InlineData("username: a, api_key: b")]
    [InlineData("bearer_token: a, api_key: b")]
    [InlineData("username: a, headers: { authorization: b }")]
    public void Who_asks_is_said_in_one_way(string settings) => Assert.Equal(
        ["connbeat.yml:1: output.elasticsearch has more than one of username, api_key, bearer_token and headers.Authorization; expected one"],
        _directory.Faults($"output.elasticsearch: {{ hosts: a, {settings} }}"));

    [Theory]
    [InlineData("password: a", "output.elasticsearch.password has no effect without output.elasticsearch.username")]
    [InlineData("ssl.verification_mode: certificate", "output.elasticsearch.ssl has no effect: no host of output.elasticsearch is https")]
    public void What_has_no_effect_is_worth_a_warning(string settings, string warning) => Assert.Equal(
        [$"connbeat.yml:1: {warning}"], _directory.Warnings($"output.elasticsearch: {{ hosts: a, {settings} }}"));

    [Theory]
    [InlineData("connbeat-%{+yyyy.MM.dd}", "connbeat-*", false)]
    [InlineData("flows-%{[network.transport]}-%{+yyyy}", "flows-*-*", false)]
    [InlineData("a-%{[network.transport]}%{+yyyy}", "a-*", false)]
    [InlineData("logs-x-y", "logs-x-y", true)]
    [InlineData("fixed", "fixed", false)]
    public void A_format_has_a_pattern_and_one_fixed_name_of_logs_is_a_data_stream(string index, string pattern, bool isStream)
    {
        FormatString format = FormatString.Parse(index);

        Assert.Equal((pattern, isStream), (IndexPattern.Of(format), IndexPattern.IsDataStream(format)));
    }

    [Fact]
    public void Equal_settings_are_equal_and_others_are_not()
    {
        const string Settings = "hosts: [a, b], index: 'x-%{+yyyy}', indices: [{ index: y, when.equals: { local_port: 1 } }], headers: { a: b }";

        Assert.Equal(Read(Settings), Read(Settings));
        Assert.NotEqual(Read(Settings), Read(Settings.Replace("1 }", "2 }", StringComparison.Ordinal)));
        Assert.NotEqual(Read(Settings), Read(Settings.Replace("[a, b]", "[a, c]", StringComparison.Ordinal)));
    }

    private ElasticsearchOptions Read(string settings) =>
        _directory.Load($"output.elasticsearch: {{ {settings} }}").Options.Output.Elasticsearch!;
}
