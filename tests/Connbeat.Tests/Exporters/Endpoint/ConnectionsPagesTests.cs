using System.Net;
using System.Text;
using Connbeat.Config;
using Connbeat.Exporters;
using Connbeat.Exporters.Endpoint;
using Connbeat.Linux;
using Connbeat.Tracking;

namespace Connbeat.Tests.Exporters.Endpoint;

public sealed class ConnectionsPagesTests : IAsyncDisposable
{
    private readonly HttpClient _client = new();
    private ConnectionsQuestion? _asked;
    private ConnectionsPage? _answer = new(Encoding.UTF8.GetBytes("{\"a\":1},\n{\"a\":2}"), 7, new SocketKey(1, 2));
    private WebListener? _listener;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await (_listener?.DisposeAsync() ?? default);
    }

    [Fact]
    public async Task A_page_is_one_object_that_says_where_the_next_begins()
    {
        (HttpStatusCode status, string text) = await GetAsync("");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("{\"total\":7,\"next\":\"000000010000000000000002\",\"connections\":[\n{\"a\":1},\n{\"a\":2}\n]}\n", text);
        Assert.Equal(new ConnectionsQuestion(new SocketFilter(), 1000, null, IsOfAGuest: true), _asked);

        _answer = new(default, 0, null);
        Assert.Equal("{\"total\":0,\"next\":null,\"connections\":[\n\n]}\n", (await GetAsync("")).Text);
    }

    [Fact]
    public async Task It_is_filtered_as_a_snapshot_is()
    {
        await GetAsync("?listening=true&process=nginx&pid=7&port=443&remote=10.0.0.0/8&state=time-wait&container=0b5c&limit=9&after=000000010000000000000002");

        Assert.Equal(
            new ConnectionsQuestion(
                new SocketFilter
                {
                    Listening = true,
                    Process = "nginx",
                    Pid = 7,
                    Port = 443,
                    Remote = IPNetwork.Parse("10.0.0.0/8"),
                    State = TcpState.TimeWait,
                    Container = "0b5c",
                },
                9, new SocketKey(1, 2), IsOfAGuest: true),
            _asked);
    }

    [Theory]
    [InlineData("?ports=1", "ports is not understood; expected listening, process, pid, port, remote, state, container, limit or after")]
    [InlineData("?port=70000", "port is '70000'; expected a port from 1 to 65535")]
    [InlineData("?port=1&port=2", "port is ''; expected a port from 1 to 65535")]
    [InlineData("?limit=10001", "limit is '10001'; expected a number from 1 to 10000")]
    [InlineData("?after=x", "after is 'x'; expected what the page before has as next")]
    [InlineData("?remote=ten", "remote is 'ten'; expected an address or a network such as 192.0.2.0/24")]
    [InlineData("?listening=maybe", "listening is 'maybe'; expected true or false")]
    [InlineData("?container=", "container is ''; expected how the id of a container begins")]
    public async Task What_is_not_understood_is_told(string query, string told)
    {
        Assert.Equal((HttpStatusCode.BadRequest, told + "\n"), await GetAsync(query));
        Assert.Null(_asked);
    }

    [Theory]
    [InlineData("rebound.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost:9479", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]:9479", HttpStatusCode.OK)]
    public async Task Who_asks_for_another_host_gets_nothing(string host, HttpStatusCode status) =>
        Assert.Equal(status, (await GetAsync("", host)).Status);

    [Fact]
    public async Task Where_nobody_answers_it_is_to_be_tried_again()
    {
        _answer = null;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync("")).Status);
    }

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(string query, string? host = null)
    {
        ConnectionsPages pages = new((question, _) =>
        {
            _asked = question;
            return Task.FromResult(_answer);
        });
        _listener ??= await WebListener.OpenAsync(new ListenAddress("127.0.0.1", 0, null), pages.AnswerAsync);
        using HttpRequestMessage request = new(HttpMethod.Get, $"{_listener.Address}/api/connections{query}");
        request.Headers.Host = host;
        using HttpResponseMessage answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
