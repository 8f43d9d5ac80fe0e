using Connbeat.Capture.Bpf;

namespace Connbeat.Tests.Capture.Bpf;

public sealed class IdleConnectionsTests
{
    private const uint Here = 4_026_531_840, There = 4_026_532_000;

    private readonly IdleConnections _idle = new();

    public IdleConnectionsTests()
    {
        _idle.Listens(Here, 443, 10);
        _idle.Listens(Here, 443, 11);
        _idle.Listens(There, 443, 12);
    }

    [Fact]
    public void Who_may_have_an_idle_connection_are_the_processes_with_its_listener()
    {
        _idle.Add(Here, cookie: 1, port: 443, now: 0);

        Assert.Empty(_idle.Due(IdleConnections.Patience - 1));
        Assert.Equal([10, 11], _idle.Due(IdleConnections.Patience).Order());
        Assert.True(_idle.Remove(1));
    }

    [Fact]
    public void They_are_asked_for_once()
    {
        _idle.Add(Here, cookie: 1, port: 443, now: 0);
        _idle.Due(IdleConnections.Patience);
        _idle.Looked();

        Assert.Empty(_idle.Due(10 * IdleConnections.Patience));
        Assert.False(_idle.Remove(1));
    }

    [Fact]
    public void What_is_used_or_gone_meanwhile_is_not_looked_for()
    {
        _idle.Add(Here, cookie: 1, port: 443, now: 0);
        Assert.True(_idle.Remove(1));

        Assert.Empty(_idle.Due(IdleConnections.Patience));
    }

    [Fact]
    public void Listeners_and_processes_that_are_gone_are_forgotten()
    {
        _idle.Forget(10);
        _idle.Unlistens(There, 443);
        _idle.Add(Here, cookie: 1, port: 443, now: 0);
        _idle.Add(There, cookie: 2, port: 443, now: 0);

        Assert.Equal([11], _idle.Due(IdleConnections.Patience));
    }

    [Fact]
    public void No_more_than_so_many_are_remembered()
    {
        for (ulong cookie = 0; cookie < IdleConnections.Most + 10; cookie++)
        {
            _idle.Add(Here, cookie, port: 443, now: 0);
        }

        Assert.False(_idle.Remove(IdleConnections.Most));
        Assert.True(_idle.Remove(IdleConnections.Most - 1));
    }
}
