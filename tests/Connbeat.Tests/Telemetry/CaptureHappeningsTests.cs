using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Telemetry;

public sealed class CaptureHappeningsTests
{
    private static readonly TimeSpan Asked = TimeSpan.FromSeconds(2);
    private static readonly InvalidOperationException First = new("first"), Second = new("second");

    private readonly CollectingLogger<CaptureHappenings> _log = new();
    private readonly CaptureHappenings _happenings;

    public CaptureHappeningsTests() => _happenings = new(_log);

    [Fact]
    public void A_fallback_is_said_with_its_reason_and_what_it_costs()
    {
        _happenings.FellBack("netlink is not to be had");

        Assert.Equal(
            "Warning Capture by /proc: netlink is not to be had. What lives at a poll is told; what comes and goes between " +
            "two polls is not.",
            Assert.Single(_log.Lines));
    }

    [Fact]
    public void A_stretched_pace_is_said_in_numbers()
    {
        _happenings.SnapshotsStretched(Asked, TimeSpan.FromSeconds(36.0449), TimeSpan.FromMilliseconds(270.337), 200_000);

        Assert.Equal(
            "Information A snapshot of 200000 sockets takes 270.3 ms of processor time: one is taken about every 36 s instead " +
            "of every 2 s, to stay within 1 % of one core.",
            Assert.Single(_log.Lines));
    }

    [Fact]
    public void A_pace_is_said_again_only_where_it_has_doubled_or_halved()
    {
        foreach (int seconds in (int[])[10, 20, 11, 5, 21, 42, 43, 85, 22, 21])
        {
            Stretch(seconds);
        }

        Assert.Equal(["10 s", "21 s", "43 s", "21 s"], Paces());
    }

    [Fact]
    public void The_end_of_a_stretched_pace_is_said_once()
    {
        _happenings.SnapshotsUnstretched(Asked);
        Assert.Empty(_log.Lines);

        Stretch(10);
        _happenings.SnapshotsUnstretched(Asked);
        _happenings.SnapshotsUnstretched(Asked);
        Assert.Equal("Information Snapshots are taken every 2 s again.", _log.Lines[^1]);
        Assert.Equal(2, _log.Lines.Count);

        Stretch(10);
        Assert.Equal(3, _log.Lines.Count);
    }

    [Fact]
    public void A_namespace_comes_and_goes_at_debug()
    {
        _happenings.NamespaceJoined(4026532177, "blue");
        _happenings.NamespaceJoined(4026532246, null);
        _happenings.NamespaceLeft(4026532177);

        Assert.Equal(
            [
                "Debug Network namespace 4026532177 (blue) is watched.",
                "Debug Network namespace 4026532246 (no name) is watched.",
                "Debug Network namespace 4026532177 is empty and let go.",
            ],
            _log.Lines);
    }

    [Fact]
    public void Missing_rights_on_namespaces_are_said_once_with_what_it_takes()
    {
        _happenings.NamespacesNotEntered(First);
        _happenings.NamespacesNotEntered(Second);

        string line = Assert.Single(_log.Lines);
        Assert.StartsWith("Warning Other network namespaces may not be entered", line, StringComparison.Ordinal);
        Assert.Contains("first. It takes CAP_SYS_ADMIN and CAP_SYS_PTRACE", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Namespaces_that_cannot_be_opened_are_said_once_and_counted_always()
    {
        _happenings.NamespaceNotOpened(4026532177, First);
        _happenings.NamespaceNotOpened(4026532246, Second);

        Assert.StartsWith(
            "Error Network namespace 4026532177 is not watched, and tried again at every poll: first.",
            Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Equal(2, _happenings.NamespacesNotOpened);
    }

    [Fact]
    public void A_census_that_fails_is_a_snapshot_that_fails()
    {
        _happenings.CensusFailed(First);

        Assert.StartsWith("Warning A snapshot failed", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Equal(1, _happenings.Incomplete);
    }

    [Fact]
    public void A_failure_is_over_with_the_first_snapshot_in_which_nothing_failed()
    {
        _happenings.SnapshotFailed(First);
        _happenings.SnapshotTaken(7, TimeSpan.FromMilliseconds(1));
        _happenings.SnapshotFailed(Second);
        _happenings.SnapshotTaken(7, TimeSpan.FromMilliseconds(1));
        string[] whileFailing = [.. _log.Lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal))];
        _happenings.SnapshotTaken(7, TimeSpan.FromMilliseconds(1));

        Assert.Equal("Warning A snapshot failed and is tried again at every poll: first.", Assert.Single(whileFailing));
        Assert.Equal("Information Snapshots work again.", _log.Lines[^1]);
        Assert.Equal((3, 2), (_happenings.Snapshots, _happenings.Incomplete));
    }

    private void Stretch(int seconds) =>
        _happenings.SnapshotsStretched(Asked, TimeSpan.FromSeconds(seconds), TimeSpan.FromMilliseconds(100), 7);

    private string[] Paces() => [.. _log.Lines.Select(line => line.Split(" about every ")[1].Split(" instead")[0])];
}
