using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using Connbeat.Tracking.State;
using static Connbeat.KernelTests.Agents.Ends;

namespace Connbeat.KernelTests;

/// <summary>Two runs of the agent with one state file: one opening and one end for each, over both.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("connbeat-");

    [Fact]
    public async Task What_ended_between_two_runs_is_closed_by_the_second()
    {
        using NetworkNamespaceLab lab = new();
        string state = Path.Combine(_folder.FullName, "state");
        using Life life = new(lab);
        Story first = await RunAsync(lab, state, life);

        await AssertSecondRunAsync(lab, state, life, first, clean: true);
    }

    [Fact]
    public async Task After_a_kill_the_next_run_goes_on_from_what_was_on_disk()
    {
        using NetworkNamespaceLab lab = new();
        string state = Path.Combine(_folder.FullName, "state"), left = Path.Combine(_folder.FullName, "left");
        using Life life = new(lab);
        await using WatchedAgent killed = await WatchedAgent.StartAsync(lab, WatchedAgent.Options(state));
        await killed.SeesAsync(life.Opened);

        // What a kill leaves is what the file holds at that moment, and no last word.
        Assert.True(SpinWait.SpinUntil(
            () => OpenIn(Copy(state, left)) == life.Opened.Length, TimeSpan.FromSeconds(30)));

        await AssertSecondRunAsync(lab, left, life, Story.Of(killed.Events), clean: false);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<Story> RunAsync(NetworkNamespaceLab lab, string state, Life life)
    {
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab, WatchedAgent.Options(state));
        await agent.SeesAsync(life.Opened);
        return await agent.StopAsync();
    }

    private static async Task AssertSecondRunAsync(
        NetworkNamespaceLab lab, string state, Life life, Story first, bool clean)
    {
        first.Is(life.Opened);
        using (EndsOfSockets ends = new(lab))
        {
            life.EndFirst();
            ends.Wait(2);
        }

        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab, WatchedAgent.Options(state));
        await agent.ToldAsync([.. life.ClosedBetween, .. life.GoesOn]);
        life.EndRest();
        await agent.ToldAsync(life.Closed);
        Story second = await agent.StopAsync();

        second.Is([.. life.ClosedBetween, .. life.GoesOn, .. life.Closed]);
        SeenEvent started = second.Events[0];
        Assert.Equal(first.Events[0].Text("beat", "ephemeral_id"), started.Text("agent", "previous_run"));
        Assert.Equal(first.Events.Count, started.Number("agent", "previous_last_sequence"));
        Assert.Equal(clean, started.Flag("agent", "previous_clean"));
        SeenEvent[] both = [.. first.Events, .. second.Events];
        Assert.Equal(both.Length, both.Select(seen => seen.Id).Distinct().Count());
    }

    /// <summary>Copies by another program, for the agent has locked the file against this one.</summary>
    private static string Copy(string from, string to)
    {
        using Process copy = Process.Start("cp", [from, to]);
        copy.WaitForExit();
        return to;
    }

    private static int? OpenIn(string state) => SavedRun.Parse(File.ReadAllBytes(state))?.Open.Count;

    /// <summary>A listener and two connections, one of which ends while no agent looks.</summary>
    private sealed class Life : IDisposable
    {
        private readonly Socket _listener;
        private readonly Socket[] _first;
        private readonly Socket[] _second;

        public Life(NetworkNamespaceLab lab)
        {
            _listener = lab.Listen(IPAddress.Loopback);
            _first = Pair(lab);
            _second = Pair(lab);
            string listener = Of(_listener);
            Opened =
            [
                $"listener_opened {listener} listening {Self} (seen_at_start)",
                .. Lines("opened", _first, " (seen_at_start)"), .. Lines("opened", _second, " (seen_at_start)"),
            ];
            ClosedBetween = Lines("closed", _first, " (not_seen_after_restart)");
            GoesOn =
            [
                $"listener_active {listener} listening {Self} (seen_at_start)",
                .. Lines("active", _second, " (seen_at_start)"),
            ];
            Closed = [$"listener_closed {listener} listening {Self}", .. Lines("closed", _second, "")];
        }

        public string[] Opened { get; }

        public string[] ClosedBetween { get; }

        public string[] GoesOn { get; }

        public string[] Closed { get; }

        public void EndFirst() => Array.ForEach(_first, socket => socket.Dispose());

        public void EndRest()
        {
            Array.ForEach(_second, socket => socket.Dispose());
            _listener.Dispose();
        }

        public void Dispose()
        {
            EndFirst();
            EndRest();
        }

        private Socket[] Pair(NetworkNamespaceLab lab) => [lab.Connect(_listener), _listener.Accept()];

        private static string[] Lines(string what, Socket[] pair, string reason) =>
        [
            $"connection_{what} {Of(pair[0])} outbound {Self}{reason}",
            $"connection_{what} {Of(pair[1])} inbound {Self}{reason}",
        ];
    }
}
