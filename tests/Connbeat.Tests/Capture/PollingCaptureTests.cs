using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;
using Connbeat.Linux.SockDiag;
using Connbeat.Tests.Tracking;

namespace Connbeat.Tests.Capture;

public sealed class PollingCaptureTests : IDisposable
{
    private const uint Own = Entries.Namespace, Blue = 4026532177, Red = 4026532246;

    private readonly PolledNamespaces _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task The_first_snapshot_shows_every_namespace_and_is_complete()
    {
        _host.Tree.Process(80, Blue);
        _host.Engine[Own].Sockets = [Entries.Socket(1), Entries.Udp(2)];
        _host.Engine[Blue].Sockets = [Entries.Listener(3, 80)];
        _host.Start(onDemand: true);

        TakenSnapshot first = await _host.NextAsync();

        Assert.Equal(
            [(Own, 1), (Own, 2), (Blue, 3)],
            first.Sockets.Select(socket => (socket.Namespace, (int)socket.Entry.Cookie)));
        Assert.True(first.IsComplete);
        Assert.Empty(first.Unseen);
        Assert.Equal([80], Assert.Single(first.Namespaces!).Pids);
    }

    [Fact]
    public async Task Of_TCP_and_of_UDP_the_states_that_are_watched_are_asked_for()
    {
        _host.Start(onDemand: true);
        await _host.NextAsync();

        Assert.Equal(
            [(Transport.Tcp, TcpStates.Watched), (Transport.Udp, TcpStates.Datagram)], _host.Engine[Own].Reads);
    }

    [Fact]
    public async Task What_the_kernel_counts_none_of_is_not_read_and_not_missed()
    {
        _host.Tree.Process(80, Blue);
        _host.Engine[Blue].Counted = [Transport.Udp];
        _host.Start(onDemand: true);

        Assert.Empty((await _host.NextAsync()).Unseen);
        Assert.Equal([(Transport.Udp, TcpStates.Datagram)], _host.Engine[Blue].Reads);
    }

    [Fact]
    public async Task A_large_snapshot_comes_in_parts_the_last_of_which_says_so()
    {
        const int Sockets = (2 * ObservationBatch.Capacity) + 7;

        _host.Engine[Own].Sockets = Many(Sockets);
        _host.Start(onDemand: true);

        ObservationBatch[] parts =
            [await _host.NextBatchAsync(), await _host.NextBatchAsync(), await _host.NextBatchAsync()];
        Assert.Equal([256, 256, 7], parts.Select(part => part.Count));
        Assert.Equal([false, false, true], parts.Select(part => part.IsLast));
    }

    [Fact]
    public async Task Namespaces_that_are_closed_or_failed_or_were_not_whole_are_unseen()
    {
        const uint Green = 4026532300;

        _host.Tree.Process(80, Blue).Process(90, Red).Process(100, Green);
        _host.Engine.Shut[Blue] = true;
        _host.Engine[Red].Failure = new WireFormatException("odd");
        _host.Engine[Green].IsComplete = false;
        _host.Engine[Green].Sockets = [Entries.Socket(1)];
        _host.Start(onDemand: true);

        TakenSnapshot taken = await _host.NextAsync();

        Assert.Equal([Blue, Red, Green], taken.Unseen);
        Assert.True(taken.IsComplete);
        Assert.Equal([1ul], taken.Cookies);
        Assert.Equal("Warning A snapshot failed and is tried again at every poll: odd.", Assert.Single(_host.Lines));
    }

    [Fact]
    public async Task Without_the_agents_own_namespace_a_snapshot_is_not_complete()
    {
        _host.Engine[Own].Failure = new KernelException("dump", 12);
        _host.Start(onDemand: true);

        TakenSnapshot taken = await _host.NextAsync();

        Assert.False(taken.IsComplete);
        Assert.Equal([Own], taken.Unseen);
    }

    [Fact]
    public async Task The_agents_own_namespace_is_not_missed_where_it_is_not_to_be_watched()
    {
        _host.Tree.Process(80, Blue);
        _host.Engine[Own].Sockets = [Entries.Socket(1)];
        _host.Engine[Blue].Sockets = [Entries.Socket(2)];
        _host.Start(onDemand: true, watchOwn: false);

        TakenSnapshot taken = await _host.NextAsync();

        Assert.True(taken.IsComplete);
        Assert.Equal([2ul], taken.Cookies);
    }

    [Fact]
    public async Task What_has_neither_cookie_nor_inode_or_is_left_over_or_filtered_is_passed_over()
    {
        _host.Engine[Own].Sockets =
        [
            Entries.Socket(cookie: 0, inode: 0),
            Entries.Socket(cookie: 0, inode: 4711),
            Entries.Socket(cookie: 7, inode: 0),
            Entries.Socket(cookie: 8) with { IsTimeWait = true },
            Entries.Listener(cookie: 9, port: 53),
        ];
        _host.Start(onDemand: true, filter: new FilterOptions { ExcludePorts = [new(53, 53)] });

        TakenSnapshot taken = await _host.NextAsync();

        Assert.Equal([(0ul, 4711u), (7, 0)], taken.Sockets.Select(socket => (socket.Entry.Cookie, socket.Entry.Inode)));
    }

    [Fact]
    public async Task A_snapshot_that_is_asked_for_is_taken_whatever_it_costs()
    {
        _host.Engine[Own].Cost = TimeSpan.FromSeconds(1);
        _host.Start(onDemand: true);
        for (int round = 0; round < 3; round++)
        {
            Assert.True((await _host.NextAsync()).IsComplete);
            _host.Capture.SnapshotNow();
        }
    }

    [Fact]
    public async Task A_namespace_that_is_new_is_looked_at_at_once_and_alone_where_all_are_too_dear()
    {
        _host.Engine[Own].Cost = TimeSpan.FromSeconds(1);
        _host.Engine[Blue].Sockets = [Entries.Socket(7)];
        _host.Start();
        Assert.True((await _host.NextAsync()).IsComplete);

        _host.Tree.Process(80, Blue);
        TakenSnapshot partial = await _host.NextAsync();

        Assert.Equal([7ul], partial.Cookies);
        Assert.Equal([Own], partial.Unseen);
        Assert.False(partial.IsComplete);
        Assert.Equal([Blue], partial.Namespaces!.Select(sighting => sighting.Id));
    }

    [Fact]
    public async Task A_namespace_that_was_left_is_told_as_empty_at_once_and_let_go()
    {
        _host.Tree.Process(80, Blue);
        _host.Engine[Own].Cost = TimeSpan.FromSeconds(1);
        _host.Engine[Blue].Sockets = [Entries.Socket(7)];
        _host.Start();
        Assert.Equal([7ul], (await _host.NextAsync()).Cookies);

        _host.Tree.End(80);
        TakenSnapshot partial = await _host.NextAsync();

        Assert.Empty(partial.Sockets);
        Assert.Equal([Own], partial.Unseen);
        Assert.Empty(partial.Namespaces!);
        Assert.True(_host.Engine[Blue].IsDisposed);
    }

    /// <summary>What a census found is news at the poll of that census only.</summary>
    [Fact]
    public async Task A_new_namespace_is_not_looked_at_again_while_neither_census_nor_snapshot_are_due()
    {
        _host.Tree.Process(80, Blue);
        _host.Engine[Own].Cost = TimeSpan.FromSeconds(1);
        _host.Engine.CostOfOpening = TimeSpan.FromSeconds(1);
        _host.Start();
        await _host.NextAsync();

        await _host.LetPollsPassAsync();

        Assert.Equal(2, _host.Engine[Blue].Reads.Count);
    }

    [Fact]
    public async Task Dear_snapshots_are_taken_more_rarely_and_that_is_said_once_for_each_doubling()
    {
        _host.Engine[Own].Sockets = [Entries.Socket(7)];
        _host.Engine[Own].Cost = TimeSpan.FromMilliseconds(150);
        _host.Start();
        await _host.LetPollsPassAsync();
        foreach (int milliseconds in (int[])[225, 375, 375, 0])
        {
            _host.Engine[Own].Cost = TimeSpan.FromMilliseconds(milliseconds);
            _host.Time.Advance(TimeSpan.FromMinutes(10));
            await _host.NextAsync();
            await _host.LetPollsPassAsync();
        }

        Assert.Equal(
            [
                "Information A snapshot of 1 sockets takes 150 ms of processor time: one is taken about every 20 s instead of " +
                "every 0.001 s, to stay within 1 % of one core.",
                "Information A snapshot of 1 sockets takes 375 ms of processor time: one is taken about every 50 s instead of " +
                "every 0.001 s, to stay within 1 % of one core.",
                "Information Snapshots are taken every 0.001 s again.",
            ],
            _host.Lines);
    }

    /// <summary>The next one may be minutes away.</summary>
    [Fact]
    public async Task That_snapshots_are_too_dear_is_said_before_the_next_one()
    {
        _host.Engine[Own].Cost = TimeSpan.FromSeconds(3);
        _host.Start();
        await _host.NextAsync();
        await _host.LetPollsPassAsync();

        Assert.Contains("about every 400 s instead of", Assert.Single(_host.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dear_snapshot_that_is_not_followed_by_a_poll_without_one_is_not_spoken_of()
    {
        _host.Engine[Own].Cost = TimeSpan.FromMilliseconds(240);
        _host.Start(onDemand: true);
        await _host.NextAsync();
        _host.Capture.SnapshotNow();
        await _host.NextAsync();

        Assert.Empty(_host.Lines);
    }

    [Fact]
    public async Task A_snapshot_of_300_ms_is_taken_every_40_s()
    {
        _host.Engine[Own].Cost = TimeSpan.FromMilliseconds(300);
        _host.Start();
        await _host.NextAsync();
        for (int period = 0; period < 20; period++)
        {
            _host.Time.Advance(TimeSpan.FromSeconds(40));
            Assert.True((await _host.NextAsync()).IsComplete);
            await _host.LetPollsPassAsync();
        }

        Assert.Equal(21, _host.Happened.Snapshots);
    }

    [Fact]
    public async Task What_nobody_knows_of_other_namespaces_keeps_nobody_from_looking_at_the_own()
    {
        _host.Engine[Own].Sockets = [Entries.Socket(7)];
        _host.Start(onDemand: true, census: new NamespaceCensus(new ProcReader("/nowhere")));

        Assert.Equal([7ul], (await _host.NextAsync()).Cookies);
        Assert.StartsWith(
            "Warning A snapshot failed and is tried again at every poll: open(/nowhere)", Assert.Single(_host.Lines),
            StringComparison.Ordinal);
    }

    /// <summary>Of sockets without end so many are read as there is room for: the engine stands, and can be ended.</summary>
    [Fact]
    public async Task A_reader_that_falls_behind_is_waited_for_but_not_by_the_end()
    {
        _host.Engine[Own].Sockets = Many(int.MaxValue);
        _host.Start(onDemand: true);
        (await _host.NextBatchAsync()).Release();

        await _host.StopAsync();

        int parts = 0;
        while (_host.Capture.Batches.TryRead(out ObservationBatch? part))
        {
            Assert.False(part.IsLast);
            parts++;
        }

        Assert.InRange(parts, 100, 1000);
        await _host.EndAsync();
    }

    [Fact]
    public async Task An_engine_that_breaks_tells_its_reader_why()
    {
        _host.Engine[Own].Failure = new InvalidOperationException("broken");
        _host.Start();

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(_host.EndAsync);

        Assert.Equal("broken", failure.Message);
        await _host.StopAsync();
    }

    [Fact]
    public async Task An_engine_that_is_stopped_ends_in_order()
    {
        _host.Tree.Process(80, Blue);
        _host.Start(onDemand: true);
        await _host.NextAsync();

        await _host.StopAsync();

        await _host.EndAsync();
        Assert.True(_host.Engine[Own].IsDisposed);
        Assert.True(_host.Engine[Blue].IsDisposed);
    }

    private static IEnumerable<SocketEntry> Many(int count) =>
        Enumerable.Range(1, count).Select(cookie => Entries.Socket((ulong)cookie));
}
