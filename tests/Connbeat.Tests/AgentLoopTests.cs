using System.Text.Json;
using Connbeat.Config;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux.Bpf;
using Connbeat.Linux.SockDiag;
using Connbeat.Tests.Enrichment;
using Connbeat.Tests.Tracking;

namespace Connbeat.Tests;

public sealed class AgentLoopTests
{
    private static readonly TrackingOptions Impatient = new() { OwnerWait = TimeSpan.Zero };

    [Fact]
    public async Task An_opening_is_told_after_owner_wait_and_its_owner_when_it_is_found()
    {
        using RunningLoop loop = await RunningLoop.StartedAsync();
        loop.Capture.Snapshot(Entries.Socket(7, inode: 50, uid: 33));
        Assert.Empty(await loop.CatchUpAsync());
        loop.Time.Advance(TimeSpan.FromMilliseconds(800));
        Assert.Empty(await loop.CatchUpAsync());
        loop.Time.Advance(TimeSpan.FromMilliseconds(200));
        JsonElement opened = await loop.NextAsync();
        loop.Scan(Some.Sighting(700, 1, 50));
        JsonElement found = await loop.NextAsync();

        Assert.Equal("connection_opened 40000", RunningLoop.Text(opened));
        Assert.Equal("uid", opened.GetProperty("local_process").GetProperty("attribution").GetString());
        Assert.Equal("connection_active 40000 owner_found", RunningLoop.Text(found));
        Assert.Equal(700, found.GetProperty("local_process").GetProperty("pid").GetInt32());
    }

    [Fact]
    public async Task However_much_capture_brings_owners_arrive_and_openings_are_told()
    {
        using RunningLoop loop = await RunningLoop.StartedAsync();
        loop.Capture.IsFlood = true;
        loop.Capture.Snapshot(Entries.Socket(7, inode: 50, uid: 33));
        loop.Scan(Some.Sighting(700, 1, 50));
        JsonElement opened = await loop.NextAsync();
        loop.Capture.IsFlood = false;

        Assert.Equal("connection_opened 40000", RunningLoop.Text(opened));
        Assert.Equal(700, opened.GetProperty("local_process").GetProperty("pid").GetInt32());
        await loop.StopAsync();
    }

    [Fact]
    public async Task What_was_there_at_the_start_is_told_as_the_output_makes_room_and_nothing_is_lost()
    {
        using RunningLoop loop = new(logEvents: 8, ownersAreSought: false);
        loop.Capture.Snapshot(Sockets(500));
        HashSet<string> told = [];
        while (told.Count < 500)
        {
            string text = RunningLoop.Text(await loop.NextInTimeAsync());
            if (text.StartsWith("connection_opened", StringComparison.Ordinal))
            {
                Assert.EndsWith(" seen_at_start", text, StringComparison.Ordinal);
                Assert.True(told.Add(text), text);
            }
        }

        Assert.Equal(0, loop.Cursor.Ledger.Lost);
        await loop.StopAsync();
    }

    [Fact]
    public async Task Who_was_there_before_is_known_before_anything_is_told_of_him()
    {
        using RunningLoop loop = new(ownersAreSought: true, tellsOwners: true);
        loop.Capture.Snapshot();
        loop.Capture.Tell(HeardChanges.Opened(7, at: 1, HeardChanges.Curl), HeardChanges.Closed(7, at: 2, owner: HeardChanges.Curl));
        await RunningLoop.UntilAsync(() => loop.Time.Armed.TryRead(out TimeSpan wait) && wait == AgentLoop.FirstLook);
        Assert.Equal(2, loop.Capture.Batches.Count);
        loop.Scan(new ProcessScan { Processes = [Shown(HeardChanges.Curl, "/usr/bin/curl")] });

        foreach (string expected in (string[])["connection_opened 40000", "connection_closed 40000"])
        {
            JsonElement told = await loop.NextAsync();
            Assert.Equal(expected, RunningLoop.Text(told));
            Assert.Equal("/usr/bin/curl", told.GetProperty("local_process").GetProperty("executable").GetString());
        }

        await loop.StopAsync();
    }

    [Fact]
    public async Task The_look_at_who_was_there_before_is_not_waited_for_longer_than_a_second()
    {
        using RunningLoop loop = new(new TrackingOptions { OwnerWait = TimeSpan.Zero }, tellsOwners: true);
        loop.Capture.Snapshot();
        loop.Capture.Tell(HeardChanges.Opened(7, at: 1, HeardChanges.Curl));
        await RunningLoop.UntilAsync(() => loop.Time.Armed.TryRead(out TimeSpan wait) && wait == AgentLoop.FirstLook);
        Assert.Equal(2, loop.Capture.Batches.Count);
        loop.Time.Advance(AgentLoop.FirstLook);
        JsonElement told = await loop.NextAsync();

        Assert.Equal("connection_opened 40000", RunningLoop.Text(told));
        Assert.False(told.GetProperty("local_process").TryGetProperty("executable", out _));
        await loop.StopAsync();
    }

    [Fact]
    public async Task Reports_come_at_aggregation_and_then_ever_more_rarely()
    {
        using RunningLoop loop = await RunningLoop.StartedAsync(new TrackingOptions
        {
            OwnerWait = TimeSpan.Zero,
            Aggregation = TimeSpan.FromSeconds(5),
            AggregationMax = TimeSpan.FromSeconds(10),
        });
        for (int second = 0; second < 40; second++)
        {
            loop.Capture.Snapshot(Entries.Socket(7));
            if (second is 0 or 5 or 15 or 25 or 35)
            {
                string expected = second == 0 ? "connection_opened 40000" : "connection_active 40000";
                Assert.Equal(expected, RunningLoop.Text(await loop.NextAsync()));
            }

            Assert.Empty(await loop.CatchUpAsync());
            loop.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await loop.StopAsync();
    }

    [Fact]
    public async Task Reports_never_crowd_out_openings_and_ends()
    {
        using RunningLoop loop = await RunningLoop.StartedAsync(
            Impatient with { Aggregation = TimeSpan.FromSeconds(1), AggregationMax = TimeSpan.FromSeconds(1) }, logEvents: 4000);
        SocketEntry[] sockets = Sockets(10);
        for (int poll = 0; poll < 100; poll++)
        {
            loop.Capture.Snapshot(sockets);
            loop.Time.Advance(TimeSpan.FromMilliseconds(500));
            await RunningLoop.UntilAsync(() => loop.Capture.Batches.Count == 0);
        }

        loop.Capture.Destroy([.. sockets.Select(socket => Entries.Destroyed(socket.Cookie, socket.Tuple))]);
        List<string> told = await loop.StopAsync();

        Assert.Equal(10, told.Count(text => text.StartsWith("connection_opened", StringComparison.Ordinal)));
        Assert.Equal(10, told.Count(text => text.StartsWith("connection_closed", StringComparison.Ordinal)));
        Assert.InRange(told.Count(text => text.StartsWith("connection_active", StringComparison.Ordinal)), 1, 10);
        Assert.Equal(0, loop.Cursor.Ledger.Lost);
    }

    [Fact]
    public async Task Every_minute_the_agent_says_that_it_lives_and_how_far_it_came()
    {
        using RunningLoop loop = await RunningLoop.StartedAsync(Impatient);
        loop.Capture.Snapshot(Entries.Socket(7));
        Assert.Single(await loop.CatchUpAsync());
        loop.Time.Advance(TimeSpan.FromSeconds(60));
        JsonElement first = await loop.NextAsync();
        loop.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(await loop.CatchUpAsync());
        loop.Time.Advance(TimeSpan.FromSeconds(1));
        JsonElement second = await loop.NextAsync();

        Assert.Equal(["agent_alive", "agent_alive"], [RunningLoop.Text(first), RunningLoop.Text(second)]);
        Assert.Equal((4, 6), (Sequence(first), Sequence(second)));
        Assert.Contains("\"last_sequence\":3", first.GetRawText(), StringComparison.Ordinal);
        await loop.StopAsync();
    }

    [Fact]
    public async Task An_overrun_is_told_as_a_gap()
    {
        using RunningLoop loop = await RunningLoop.StartedAsync();
        loop.Capture.Overrun(lost: 12, @namespace: 4_026_531_840);
        JsonElement counted = (await loop.NextAsync()).GetProperty("gap");
        loop.Capture.Overrun(lost: 3);
        JsonElement ring = (await loop.NextAsync()).GetProperty("gap");
        loop.Capture.Overrun(lost: 0);
        JsonElement uncounted = (await loop.NextAsync()).GetProperty("gap");

        Assert.Equal("capture", counted.GetProperty("stage").GetString());
        Assert.Equal("receive_buffer_overrun", counted.GetProperty("reason").GetString());
        Assert.Equal(12, counted.GetProperty("count").GetInt64());
        Assert.Equal("ring_overrun", ring.GetProperty("reason").GetString());
        Assert.False(uncounted.TryGetProperty("count", out _));
        await loop.StopAsync();
    }

    [Fact]
    public async Task What_a_full_log_lost_is_told_as_a_gap_when_there_is_room_and_not_before()
    {
        using RunningLoop loop = await RunningLoop.StartedAsync(Impatient, logEvents: 8);
        loop.Capture.Snapshot(Sockets(20));
        await RunningLoop.UntilAsync(() => loop.Cursor.Ledger.Appended == 21);

        for (int tick = 0; tick < 50; tick++)
        {
            loop.Time.Advance(RunningLoop.Latency);
            await Task.Yield();
        }

        for (int read = 0; read < 8; read++)
        {
            Assert.StartsWith("connection_opened", RunningLoop.Text(await loop.NextAsync()), StringComparison.Ordinal);
        }

        JsonElement gap = (await loop.NextInTimeAsync()).GetProperty("gap");
        Assert.Equal(
            ("delivery", "test", "queue_full", 12),
            (gap.GetProperty("stage").GetString(), gap.GetProperty("output").GetString(),
                gap.GetProperty("reason").GetString(), gap.GetProperty("count").GetInt32()));
        Assert.Equal(12, loop.Cursor.Ledger.Lost);
        await loop.StopAsync();
    }

    [Fact]
    public async Task A_stop_tells_what_still_waited_for_its_owner()
    {
        using RunningLoop loop = await RunningLoop.StartedAsync();
        loop.Capture.Snapshot(Entries.Socket(7, inode: 50));
        Assert.Empty(await loop.CatchUpAsync());

        Assert.Equal(["connection_opened 40000"], await loop.StopAsync());
    }

    [Fact]
    public async Task What_is_withheld_from_now_on_is_withheld_of_what_is_known_too()
    {
        SecretRemoval withheld = new() { FromLine = line => line.Replace("hunter2", "*", StringComparison.Ordinal) };
        using RunningLoop loop = await RunningLoop.StartedAsync();
        loop.Scan(Telling(700, 50), Telling(701, 51));
        loop.Capture.Snapshot(Entries.Socket(7, inode: 50));
        Assert.Equal("app hunter2", await NextLineAsync());
        await loop.CatchUpAsync();

        loop.Time.Advance(RunningLoop.Latency);
        loop.Secrets.Now = withheld;
        loop.Capture.Snapshot(Entries.Socket(8, inode: 51)); // that the first is gone tells its owner once more
        Assert.Equal("app *", await NextLineAsync());
        Assert.Equal("app *", await NextLineAsync());

        // A look that began before ends now; one that began afterwards says what it likes.
        loop.Scan(new ProcessScan { Secrets = SecretRemoval.None, Sightings = [Telling(702, 52)] });
        loop.Capture.Snapshot(Entries.Socket(8, inode: 51), Entries.Socket(9, inode: 52));
        Assert.Equal("app *", await NextLineAsync());
        loop.Scan(new ProcessScan { Secrets = withheld, Sightings = [Telling(703, 53)] });
        loop.Capture.Snapshot(Entries.Socket(8, inode: 51), Entries.Socket(9, inode: 52), Entries.Socket(10, inode: 53));
        Assert.Equal("app hunter2", await NextLineAsync());
        await loop.StopAsync();

        static ProcessSighting Telling(int pid, uint socket)
        {
            ProcessSighting sighting = Some.Sighting(pid, 1, socket);
            return sighting with { Facts = sighting.Facts with { CommandLine = "app hunter2" } };
        }

        async Task<string?> NextLineAsync()
        {
            JsonElement told = await loop.NextAsync(); // the clock stands still while it waits: nothing is reported again
            return told.TryGetProperty("local_process", out JsonElement process)
                ? process.GetProperty("cmdline").GetString()
                : await NextLineAsync(); // the agent is alive
        }
    }

    [Fact]
    public async Task Once_ends_when_a_whole_snapshot_is_told()
    {
        using RunningLoop loop = new(ownersAreSought: false, once: true);
        loop.Capture.Snapshot(isComplete: false, Entries.Socket(7));
        Assert.Equal("connection_opened 40000 seen_at_start", RunningLoop.Text(await loop.NextAsync()));
        Assert.Empty(await loop.CatchUpAsync());
        Assert.False(loop.Running.IsCompleted);
        loop.Capture.Snapshot(Sockets(3));
        await loop.Running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(["connection_opened 40001 seen_at_start", "connection_opened 40002 seen_at_start"],
            await loop.StopAsync());
    }

    [Fact]
    public async Task What_ends_the_engine_ends_the_loop()
    {
        using RunningLoop loop = await RunningLoop.StartedAsync(Impatient);
        loop.Capture.Snapshot(Entries.Socket(7));
        loop.Capture.Fail(new InvalidOperationException("the kernel has gone"));

        Assert.Equal("connection_opened 40000", RunningLoop.Text(await loop.NextAsync()));
        Assert.Equal(
            "the kernel has gone",
            (await Assert.ThrowsAsync<InvalidOperationException>(() => loop.Running)).Message);
    }

    private static ProcessFacts Shown(SocketOwner process, string executable) => new()
    {
        Pid = process.Pid,
        StartTicks = HeardProcess.TicksOf(process.StartNanoseconds),
        Name = process.Name.ToString(),
        Executable = executable,
    };

    private static SocketEntry[] Sockets(int count) =>
        [.. Enumerable.Range(0, count).Select(n => Entries.Socket((ulong)n + 7, tuple: Entries.Tuple(localPort: (ushort)(40_000 + n))))];

    private static long Sequence(JsonElement @event) => @event.GetProperty("event").GetProperty("sequence").GetInt64();
}
