using Connbeat.Delivery;
using Connbeat.Outputs.Http;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Http;

/// <summary>Asking a server whether it answers, without sending it an event.</summary>
public sealed class HttpProbeTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly WebServer _server = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(404, true)]
    [InlineData(405, true)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    [InlineData(407, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public async Task A_server_answers_unless_it_is_unwell_or_does_not_know_who_asks(int status, bool answers)
    {
        _server.Answers(WebServer.Status(status));

        Assert.Equal([new FarEnd(answers, $"{_server.Url} answered {status} Words")], await ProbeAsync("", _server.Url));
    }

    [Fact]
    public async Task It_is_asked_as_it_will_be_but_for_the_event()
    {
        await ProbeAsync("username: me, password: mine, headers: { X-Site: edge }, path: in", _server.Url);

        WebRequest asked = Assert.Single(_server.UnreadRequests());
        Assert.Equal("HEAD /in HTTP/1.1", asked.Line);
        Assert.Equal("Basic bWU6bWluZQ==", asked["Authorization"]);
        Assert.Equal("edge", asked["X-Site"]);
        Assert.Equal("", asked.Text);
    }

    [Fact]
    public async Task One_that_does_not_answer_in_time_holds_up_no_other()
    {
        await using WebServer stalls = new();
        stalls.Answers(WebServer.Stalls());
        Task<IReadOnlyList<FarEnd>> probing = ProbeAsync("", stalls.Url, _server.Url);
        await stalls.RequestAsync();
        await _server.RequestAsync(); // it is asked while the first is waited for
        _time.Advance(TimeSpan.FromSeconds(5));

        IReadOnlyList<FarEnd> ends = await probing.WaitAsync(WebServer.Limit, TestContext.Current.CancellationToken);
        Assert.Equal(new FarEnd(false, $"{stalls.Url} gave no answer within 5 s"), ends[0]);
        Assert.Equal(2, ends.Count);
    }

    [Fact]
    public async Task One_that_is_not_there_says_so()
    {
        int closed = WebServer.ClosedPort();

        Assert.Equal(
            new FarEnd(false, $"http://127.0.0.1:{closed}: Connection refused"), Assert.Single(await ProbeAsync("", $"127.0.0.1:{closed}")));
    }

    [Fact]
    public async Task A_redirection_says_where_to_go()
    {
        _server.Answers(WebServer.Status(302));

        FarEnd end = Assert.Single(await ProbeAsync("", _server.Url));
        Assert.False(end.Answers);
        Assert.Contains("redirections are not followed", end.Says, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<FarEnd>> ProbeAsync(string settings, params string[] hosts)
    {
        await using HttpOutput output = new(HttpSettings.Read(settings, hosts), _time);
        return await output.ProbeAsync(TimeSpan.FromSeconds(5));
    }
}
