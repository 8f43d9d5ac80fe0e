using System.Globalization;
using Connbeat.Commands;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests;

public sealed class SupervisionTests : IDisposable
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    private readonly NotifyListener _systemd = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _systemd.Dispose();

    [Fact]
    public void A_stop_says_how_long_it_may_take_and_that_no_beat_is_to_be_waited_for()
    {
        using Supervision supervision = Supervise(Watchdog);
        supervision.Ready("Watching by ebpf.");
        supervision.Stopping(TimeSpan.FromSeconds(30));

        Assert.Equal("READY=1 STATUS=Watching by ebpf.", _systemd.Next());
        Assert.Equal(
            "STOPPING=1 STATUS=Delivering what is left. EXTEND_TIMEOUT_USEC=40000000 WATCHDOG_USEC=40000000", _systemd.Next());
    }

    [Fact]
    public void Without_a_watchdog_none_is_set_and_nothing_beats()
    {
        using Supervision supervision = Supervise(watchdog: null);
        _time.Advance(Watchdog);
        supervision.Beat(_time.GetTimestamp());
        supervision.Stopping(TimeSpan.Zero);

        Assert.Null(supervision.Pulse);
        Assert.Equal("STOPPING=1 STATUS=Delivering what is left. EXTEND_TIMEOUT_USEC=10000000", _systemd.Next());
    }

    [Fact]
    public void A_beat_is_told_four_times_in_the_time_of_the_watchdog_however_often_the_loop_comes_round()
    {
        using Supervision supervision = Supervise(Watchdog);
        for (int second = 0; second < 60; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            supervision.Beat(_time.GetTimestamp());
        }

        Assert.Equal(Enumerable.Repeat("WATCHDOG=1", 4), Enumerable.Range(0, 4).Select(_ => _systemd.Next()));
        Assert.False(_systemd.HasMore);
    }

    [Fact]
    public async Task An_idle_loop_comes_round_in_time_and_one_that_has_ended_does_not_beat()
    {
        using RunningLoop loop = new(supervised: time => new Supervision(NotifySocket.Open(_systemd.Address)!, Watchdog, time));
        loop.Capture.Snapshot();
        loop.Scan();
        await loop.CatchUpAsync();
        for (int beat = 0; beat < 8; beat++)
        {
            await RunningLoop.UntilAsync(() =>
            {
                loop.Time.Advance(TimeSpan.FromSeconds(1));
                return _systemd.HasMore;
            });
            Assert.Equal("WATCHDOG=1", _systemd.Next());
        }

        await loop.StopAsync();
        while (_systemd.HasMore)
        {
            _systemd.Next();
        }

        loop.Time.Advance(Watchdog);
        Assert.False(_systemd.HasMore);
    }

    [Theory]
    [InlineData("output.console.pretty=true", "The configuration was reloaded.")]
    [InlineData("connbeat.source=procfs", "The new configuration is refused, and the old one stays; the log says why.")]
    [InlineData("output.console.pretty=perhaps", "The new configuration is refused, and the old one stays; the log says why.")]
    public async Task A_reload_is_told_when_it_begins_and_when_it_is_over(string setting, string status)
    {
        using Supervision supervision = Supervise(Watchdog);
        long before = LibC.MonotonicNanoseconds() / 1000;
        await new Reload(
            Config(), () => Config(setting), _ => Task.CompletedTask,
            new ConfigurationHappenings(new CollectingLogger<ConfigurationHappenings>()), supervision).ReloadAsync();

        string begun = _systemd.Next();
        Assert.StartsWith("RELOADING=1 MONOTONIC_USEC=", begun, StringComparison.Ordinal);
        Assert.InRange(long.Parse(begun.Split('=')[^1], CultureInfo.InvariantCulture), before, LibC.MonotonicNanoseconds() / 1000);
        Assert.Equal($"READY=1 STATUS={status}", _systemd.Next());
    }

    private static LoadedConfig Config(params string[] overrides) =>
        ConfigLoader.Read([], ["output.console.enabled=true", .. overrides], _ => null);

    private Supervision Supervise(TimeSpan? watchdog) => new(NotifySocket.Open(_systemd.Address)!, watchdog, _time);
}
