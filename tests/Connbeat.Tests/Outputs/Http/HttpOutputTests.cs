using System.IO.Compression;
using System.Text;
using Connbeat.Delivery;
using Connbeat.Outputs.Http;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Http;

public sealed class HttpOutputTests : IAsyncDisposable
{
    private static readonly EncodedEvent[] Batch =
        [Encoded.Event(1, """{"n":1,"who":"Zoë"}"""), Encoded.Event(2, """{"n":2}"""), Encoded.Event(3, """{"n":3}""")];

    private readonly ManualTime _time = new();
    private readonly WebServer _server = new();
    private readonly List<HttpOutput> _opened = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (HttpOutput output in _opened)
        {
            await output.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("ndjson", "application/x-ndjson", "{\"n\":1,\"who\":\"Zoë\"}\n{\"n\":2}\n{\"n\":3}\n")]
    [InlineData("json", "application/json; charset=UTF-8", "[{\"n\":1,\"who\":\"Zoë\"},{\"n\":2},{\"n\":3}]")]
    public async Task A_batch_is_one_request(string format, string type, string body)
    {
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(Open($"format: {format}, path: in")));

        WebRequest request = await _server.RequestAsync();
        Assert.Equal("POST /in HTTP/1.1", request.Line);
        Assert.Equal((type, "application/json", "connbeat"), (request["Content-Type"], request["Accept"], request["User-Agent"]));
        Assert.Equal($"127.0.0.1:{_server.Port}", request["Host"]);
        Assert.Null(request["Content-Encoding"]);
        Assert.Null(request["Authorization"]);
        Assert.Equal(body, request.Text);
        Assert.Empty(_server.UnreadRequests());
    }

    [Fact]
    public async Task Format_single_is_one_request_per_event_as_of_the_original()
    {
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(Open("format: single")));

        WebRequest[] requests = [.. _server.UnreadRequests()];
        Assert.Equal(["{\"n\":1,\"who\":\"Zoë\"}\n", "{\"n\":2}\n", "{\"n\":3}\n"], requests.Select(request => request.Text));
        Assert.All(requests, request => Assert.Equal(
            ("POST / HTTP/1.1", "application/json; charset=UTF-8", "application/json"),
            (request.Line, request["Content-Type"], request["Accept"])));
    }

    [Theory]
    [InlineData("ndjson")]
    [InlineData("single")]
    public async Task The_connection_is_kept(string format)
    {
        _server.Answers(WebServer.Status(200, "thanks"), WebServer.Status(503, "busy"), WebServer.Status(400, "no"));
        HttpOutput output = Open($"format: {format}");
        for (int batch = 0; batch < 4; batch++)
        {
            await SendAsync(output);
        }

        Assert.Equal(1, _server.Connections);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public async Task A_body_can_be_compressed(int level)
    {
        HttpOutput output = Open($"compression_level: {level}");
        await SendAsync(output);
        await SendAsync(output, Batch[2]);

        Assert.Equal("{\"n\":1,\"who\":\"Zoë\"}\n{\"n\":2}\n{\"n\":3}\n", Unzipped(await _server.RequestAsync()));
        Assert.Equal("{\"n\":3}\n", Unzipped(await _server.RequestAsync()));
    }

    [Fact]
    public async Task Path_and_parameters_are_joined_to_what_the_address_has()
    {
        await SendAsync(Open(
            "path: /ignored, parameters: { p1: v1, p.2: 'a b&c', p3: '' }", $"{_server.Url}/foo%2Fbar?api_key=x"));

        Assert.Equal("POST /foo%2Fbar?api_key=x&p1=v1&p.2=a%20b%26c&p3= HTTP/1.1", (await _server.RequestAsync()).Line);
    }

    [Theory]
    [InlineData("username: 'Zoë', password: 'p:w'", "", "Basic Wm/DqzpwOnc=")]
    [InlineData("username: a", "", "Basic YTo=")]
    [InlineData("username: a, password: b", "u%40x:p%2Fw@", "Basic dUB4OnAvdw==")]
    [InlineData("bearer_token: ey.J-0", "", "Bearer ey.J-0")]
    [InlineData("headers: { authorization: Splunk 123 }", "", "Splunk 123")]
    [InlineData("bearer_token: ey.J-0", "u:p@", "Basic dTpw")]
    public async Task The_agent_says_who_it_is(string settings, string userInfo, string expected)
    {
        await SendAsync(Open(settings, $"http://{userInfo}127.0.0.1:{_server.Port}"));

        Assert.Equal(expected, (await _server.RequestAsync())["Authorization"]);
    }

    [Fact]
    public async Task Headers_of_the_user_stand_beside_ours_or_in_their_place()
    {
        await SendAsync(Open(
            "headers: { X-Site: 'edge 7', content-type: application/vnd.api, User-Agent: me, Accept: text/plain, " +
            "Host: logs.example, Content-Language: en }"));

        WebRequest request = await _server.RequestAsync();
        Assert.Equal(
            ("edge 7", "application/vnd.api", "me", "text/plain", "logs.example", "en"),
            (request["X-Site"], request["Content-Type"], request["User-Agent"], request["Accept"], request["Host"],
                request["Content-Language"]));
        Assert.Single(request.Head.Split("\r\n"), line => line.StartsWith("Content-Type", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(202)]
    [InlineData(204)]
    [InlineData(299)]
    public async Task Any_2xx_means_delivered(int status)
    {
        _server.Answers(WebServer.Status(status, status == 204 ? "" : "any {words"));

        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(Open()));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(503)]
    [InlineData(599)]
    public async Task A_server_that_is_unwell_is_tried_later(int status)
    {
        _server.Answers(WebServer.Status(status, "\r\n  over quota. \nmore"));

        Assert.Equal(
            new DeliveryResult.RetryLater($"{_server.Url} answered {status} Words: over quota"), await SendAsync(Open()));
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(_opened[0]));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(406)]
    [InlineData(413)]
    [InlineData(415)]
    [InlineData(422)]
    public async Task A_body_that_is_refused_is_refused_whole(int status)
    {
        _server.Answers(WebServer.Status(status, "line 2: no such field\nline 3"));

        Assert.Equal(
            new DeliveryResult.Refused($"{_server.Url} answered {status} Words: line 2: no such field"), await SendAsync(Open()));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(407)]
    [InlineData(410)]
    [InlineData(421)]
    public async Task What_is_wrong_with_the_address_or_the_user_is_not_the_fault_of_an_event(int status)
    {
        _server.Answers(WebServer.Status(status, "who?"));

        string reason = Assert.IsType<DeliveryResult.RetryLater>(await SendAsync(Open())).Reason;
        Assert.StartsWith($"{_server.Url} answered {status} Words: who?; see that output.http", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    public async Task Redirections_are_not_followed_and_cost_nothing(int status)
    {
        _server.Answers(WebServer.Status(status, headers: $"Location: {_server.Url}/elsewhere\r\n"));

        Assert.Equal(
            new DeliveryResult.RetryLater(
                $"{_server.Url} answered {status} Words; redirections are not followed, so name in output.http.hosts " +
                "where it leads"),
            await SendAsync(Open()));
        Assert.Single(_server.UnreadRequests());
    }

    [Fact]
    public async Task Of_single_events_only_the_refused_one_is_rejected()
    {
        _server.Answers(WebServer.Status(200), WebServer.Status(400, "no"));

        DeliveryResult.Partial rejected =
            Assert.IsType<DeliveryResult.Partial>(await SendAsync(Open("format: single")));
        Assert.Empty(rejected.Retry);
        Assert.Equal([new Rejection(1, $"{_server.Url} answered 400 Words: no")], rejected.Rejected);
        Assert.Equal(3, _server.UnreadRequests().Count());
    }

    [Fact]
    public async Task Of_single_events_those_from_the_failed_one_on_are_tried_later()
    {
        _server.Answers(WebServer.Status(400), WebServer.Status(503, headers: "Retry-After: 7\r\n"));

        DeliveryResult.Partial rest = Assert.IsType<DeliveryResult.Partial>(await SendAsync(Open("format: single")));
        Assert.Equal([1, 2], rest.Retry);
        Assert.Equal(TimeSpan.FromSeconds(7), rest.After);
        Assert.Equal([0], rest.Rejected.Select(rejection => rejection.Position));
    }

    [Fact]
    public async Task Where_the_first_of_single_events_fails_the_reason_is_told()
    {
        _server.Answers(WebServer.Status(503));

        Assert.Equal(
            new DeliveryResult.RetryLater($"{_server.Url} answered 503 Words"), await SendAsync(Open("format: single")));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", null)]
    [InlineData("999999999", 3600)]
    [InlineData("99999999999999999999", null)]
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    [InlineData("Sat, 14 Mar 2026 15:10:00 GMT", 34)]
    [InlineData("Sat, 14 Mar 2026 15:09:00 GMT", null)]
    [InlineData("Sat, 14 Mar 2099 15:09:00 GMT", 3600)]
    public async Task A_pause_that_the_server_asks_for_is_passed_on_up_to_an_hour(string asked, int? seconds)
    {
        _server.Answers(WebServer.Status(429, headers: $"Retry-After: {asked}\r\n"));

        DeliveryResult.RetryLater later = Assert.IsType<DeliveryResult.RetryLater>(await SendAsync(Open()));
        Assert.Equal(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null, later.After);
    }

    private HttpOutput Open(string settings = "", params string[] hosts)
    {
        HttpOutput output = new(HttpSettings.Read(settings, hosts is [] ? [_server.Url] : hosts), _time);
        _opened.Add(output);
        return output;
    }

    private static Task<DeliveryResult> SendAsync(HttpOutput output, params EncodedEvent[] batch) =>
        output.SendAsync(batch is [] ? Batch : batch, Token).AsTask().WaitAsync(WebServer.Limit, Token);

    private static string Unzipped(WebRequest request)
    {
        Assert.Equal("gzip", request["Content-Encoding"]);
        using GZipStream gzip = new(new MemoryStream(request.Body), CompressionMode.Decompress);
        using StreamReader reader = new(gzip, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
