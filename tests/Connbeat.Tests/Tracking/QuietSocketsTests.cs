using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

public sealed class QuietSocketsTests
{
    private readonly QuietSockets _quiet = new();

    [Fact]
    public void A_socket_is_taken_once_with_what_it_was_last()
    {
        _quiet.Add(new SocketKey(1, 7), 0, Entries.Tuple());
        _quiet.Add(new SocketKey(1, 7), 1, Entries.Tuple("203.0.113.9"));

        Assert.True(_quiet.TryTake(new SocketKey(1, 7), out QuietSocket socket));
        Assert.Equal(new QuietSocket(1, Entries.Tuple("203.0.113.9")), socket);
        Assert.False(_quiet.TryTake(new SocketKey(1, 7), out _));
    }

    [Fact]
    public void The_oldest_is_forgotten_where_there_are_too_many()
    {
        for (ulong cookie = 0; cookie <= QuietSockets.Capacity; cookie++)
        {
            _quiet.Add(new SocketKey(1, cookie), 0, Entries.Tuple());
        }

        Assert.False(_quiet.TryTake(new SocketKey(1, 0), out _));
        Assert.True(_quiet.TryTake(new SocketKey(1, 1), out _));
    }

    [Fact]
    public void What_was_taken_or_added_anew_does_not_push_out_what_is_still_quiet()
    {
        SocketKey longQuiet = new(1, 1);
        SocketKey again = new(1, 2);
        _quiet.Add(longQuiet, 0, Entries.Tuple());
        for (uint life = 0; life <= QuietSockets.Capacity; life++)
        {
            _quiet.Add(again, life, Entries.Tuple());
            Assert.True(_quiet.TryTake(again, out _));
        }

        _quiet.Add(again, 99, Entries.Tuple());
        Assert.True(_quiet.TryTake(longQuiet, out _));
        Assert.True(_quiet.TryTake(again, out _));
    }
}
