using System.Text;
using System.Text.Json;
using Connbeat.Config;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Exporters;
using Connbeat.Linux.SockDiag;
using Connbeat.Tests.Support;
using Connbeat.Tests.Tracking;
using Connbeat.Tracking;

namespace Connbeat.Tests;

public sealed class TableReaderTests
{
    private static readonly ConnectionsQuestion All = new(new SocketFilter(), 1000, After: null, IsOfAGuest: false);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_lives_while_page_after_page_is_read_is_on_one_of_them()
    {
        using RunningLoop loop = await RunningLoop.StartedAsync();
        loop.Capture.Snapshot(Sockets(1, 500));
        await loop.CatchUpAsync();
        List<int> ports = [];
        SocketKey? after = null;
        for (int page = 0; page < 5; page++)
        {
            ConnectionsPage read = (await loop.Questions.AskAsync(All with { Limit = 100, After = after }, Token))!;
            Assert.Equal(500, read.Total);
            JsonElement[] objects = Objects(read);
            Assert.Equal(100, objects.Length);
            ports.AddRange(objects.Select(one => one.GetProperty("local_port").GetInt32()));
            after = read.Next;
            loop.Capture.Destroy(Entries.Destroyed((ulong)page + 1, Sockets(page + 1, 1)[0].Tuple)); // on the first page
            loop.Capture.Snapshot([.. Sockets(page + 2, 499 - page), .. Sockets(600, page + 1)]);
            await loop.CatchUpAsync();
        }

        Assert.Equal(Enumerable.Range(1001, 500), ports.Take(500));
        Assert.NotNull(after); // those from 600 on have come behind it
        ConnectionsPage last = (await loop.Questions.AskAsync(All with { After = after }, Token))!;
        Assert.Equal(Enumerable.Range(1600, 5), Objects(last).Select(one => one.GetProperty("local_port").GetInt32()));
        Assert.Null(last.Next);
    }

    [Fact]
    public async Task It_is_filtered_before_it_is_counted()
    {
        using RunningLoop loop = await RunningLoop.StartedAsync();
        loop.Capture.Snapshot([.. Sockets(1, 20), Entries.Listener(50, 8080)]);
        await loop.CatchUpAsync();

        ConnectionsPage one = (await loop.Questions.AskAsync(All with { Filter = new SocketFilter { Port = 1007 } }, Token))!;
        Assert.Equal((1, null), (one.Total, one.Next));
        Assert.Equal("connection_active", Objects(one).Single().GetProperty("event").GetProperty("action").GetString());
        ConnectionsPage none = (await loop.Questions.AskAsync(All with { Filter = new SocketFilter { Port = 1 } }, Token))!;
        Assert.Equal((0, 0), (none.Total, none.Objects.Length));
    }

    [Fact]
    public async Task A_guest_sees_the_sockets_of_the_agents_user_and_no_command_lines()
    {
        using RunningLoop loop = await RunningLoop.StartedAsync();
        loop.Capture.Snapshot(
            Entries.Socket(1, inode: 50, uid: 33, tuple: Entries.Tuple(localPort: 1001)),
            Entries.Socket(2, inode: 51, uid: 34, tuple: Entries.Tuple(localPort: 1002)),
            Entries.Socket(3, tuple: Entries.Tuple(localPort: 1003)));
        ProcessSighting sighting = Connbeat.Tests.Enrichment.Some.Sighting(700, 1, 50);
        loop.Scan(sighting with { Facts = sighting.Facts with { Uid = 33, CommandLine = "a --secret", Arguments = ["a", "--secret"], Environment = ["A=b"] } });
        await loop.CatchUpAsync();

        JsonElement[] seen = Objects((await loop.Questions.AskAsync(All, Token))!);
        Assert.Equal(3, seen.Length);
        Assert.Equal("a --secret", seen[0].GetProperty("local_process").GetProperty("cmdline").GetString());
        JsonElement guests = Objects((await loop.Questions.AskAsync(All with { IsOfAGuest = true }, Token))!).Single();
        Assert.Equal(1001, guests.GetProperty("local_port").GetInt32());
        Assert.Equal("", guests.GetProperty("local_process").GetProperty("cmdline").GetString());
        Assert.Equal("[\"\"]", guests.GetProperty("local_process").GetProperty("environ").GetRawText());
        Assert.Equal(700, guests.GetProperty("local_process").GetProperty("pid").GetInt32());
    }

    [Fact]
    public async Task It_takes_no_more_of_the_loops_time_at_once_than_a_moment()
    {
        using TableReader reader = Reader(new TickingTime(), Sockets(1, 5000));
        Task<ConnectionsPage?> asked = reader.AskAsync(All, Token);
        int slices = 0;
        while (reader.Work())
        {
            slices++;
        }

        Assert.InRange(slices, 10, 100); // each look at the clock is a millisecond
        Assert.Equal(5000, (await asked)!.Total);
    }

    [Fact]
    public async Task Who_comes_when_too_many_ask_or_when_it_ends_is_not_answered()
    {
        using TableReader reader = Reader(new ManualTime(), Sockets(1, 5));
        Task<ConnectionsPage?>[] asked = [.. Enumerable.Range(0, 17).Select(_ => reader.AskAsync(All, Token))];
        Assert.Null(await asked[16]);
        Assert.True(reader.Work());
        Assert.Equal(5, (await asked[0])!.Total);

        reader.Close();
        Assert.Null(await asked[15]);
        Assert.Null(await reader.AskAsync(All, Token));
    }

    [Fact]
    public async Task Who_has_gone_costs_nothing_any_more()
    {
        using TableReader reader = Reader(new ManualTime(), Sockets(1, 5));
        using CancellationTokenSource gone = new();
        Task<ConnectionsPage?> asked = reader.AskAsync(All, gone.Token);
        await gone.CancelAsync();
        Assert.True(reader.Work());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.False(reader.Work());
    }

    [Theory]
    [InlineData("f00000200000000000000007", true)]
    [InlineData("f0000020000000000000000", false)]
    [InlineData("f000002000000000000000070", false)]
    [InlineData("f00000200000000000000x07", false)]
    [InlineData("", false)]
    public void A_place_between_pages_can_be_written_and_read(string text, bool isUnderstood)
    {
        Assert.Equal(isUnderstood, ConnectionsQuestion.TryParse(text, out SocketKey place));
        if (isUnderstood)
        {
            Assert.Equal(new SocketKey(0xf0000020, 7), place);
            Assert.Equal(text, ConnectionsQuestion.Format(place));
        }
    }

    private static SocketEntry[] Sockets(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(i => Entries.Socket((ulong)i, tuple: Entries.Tuple(localPort: (ushort)(1000 + i))))];

    private static JsonElement[] Objects(ConnectionsPage page) =>
        [.. JsonDocument.Parse($"[{Encoding.UTF8.GetString(page.Objects.Span)}]").RootElement.EnumerateArray()];

    private static TableReader Reader(TimeProvider time, SocketEntry[] sockets)
    {
        EventLogs logs = new(_ => throw new NotSupportedException());
        WallClock wall = new(time);
        EventStream stream = new(logs, Entries.Around, Some.Ids(), null, wall, time);
        ListenerTable listeners = new();
        Announcements announcements = new(new TrackingOptions(), listeners, new OwnerSearch(new ProcessDirectory(), false), stream.Tell);
        ConnectionTable table = new(listeners, announcements);
        foreach (SocketEntry socket in sockets)
        {
            table.Restore(Entries.Connection(socket));
        }

        return new TableReader(table, stream, new ConnbeatEncoder(Some.Host(), new LocalAddresses()), user: 0, time);
    }

    /// <summary>A millisecond goes by with each look.</summary>
    private sealed class TickingTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => ++_now;

        public override DateTimeOffset GetUtcNow() => Some.Time;
    }
}
