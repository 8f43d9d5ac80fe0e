using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

public sealed class WaitingConnectionsTests
{
    private readonly WaitingConnections _waiting = new();

    [Fact]
    public void They_come_out_in_the_order_in_which_they_came()
    {
        Connection[] connections = [.. Enumerable.Range(1, 5000).Select(cookie => Entries.Connection(Entries.Socket((ulong)cookie)))];
        Array.ForEach(connections, _waiting.Enqueue);
        foreach (Connection connection in connections)
        {
            Assert.True(_waiting.TryDequeue(out Connection? next));
            Assert.Same(connection, next);
        }

        Assert.False(_waiting.TryDequeue(out _));
    }

    [Fact]
    public void Millions_that_come_and_go_do_not_pile_up_and_those_that_live_stay()
    {
        Connection[] living = [.. Enumerable.Range(1, 100).Select(cookie => Entries.Connection(Entries.Socket((ulong)cookie)))];
        int most = 0;
        for (int round = 0; round < 100; round++)
        {
            _waiting.Enqueue(living[round]);
            for (int brief = 0; brief < 1000; brief++)
            {
                Connection connection = Entries.Connection(Entries.Socket(1_000_000));
                _waiting.Enqueue(connection);
                connection.Phase = ConnectionPhase.Ended;
                most = Math.Max(most, _waiting.Count);
            }
        }

        Assert.InRange(most, 0, 1024);
        List<Connection> left = [];
        while (_waiting.TryDequeue(out Connection? next))
        {
            left.Add(next);
        }

        Assert.Equal(living, left.Where(connection => connection.Phase is not ConnectionPhase.Ended));
    }
}
