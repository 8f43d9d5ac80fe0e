using Connbeat.Commands.Doctor;

namespace Connbeat.Tests.Commands.Doctor;

/// <summary>What this version has no use for is never worse than a note.</summary>
public sealed class LaterVersionTests
{
    [Fact]
    public void Conntrack_that_is_all_switched_on_is_as_it_should_be() =>
        ConntrackCheck.Judge(new(Tracked: 412, CountsBytes: 1, NotesStarts: 1)).IsOk("tracks 412 connections");

    [Fact]
    public void Conntrack_that_is_loaded_may_still_see_nothing() =>
        ConntrackCheck.Judge(new(Tracked: 0, CountsBytes: 0, NotesStarts: 0)).Is(
            Status.Note, "tracks 0 connections; nothing of this version uses it",
            [
                "its table is empty: most likely no rule uses it; one with \"ct state\" does",
                "it counts no bytes",
                "it notes no start times",
            ],
            [
                "sudo sysctl -w net.netfilter.nf_conntrack_acct=1",
                "sudo sysctl -w net.netfilter.nf_conntrack_timestamp=1",
            ]);

    [Fact]
    public void Conntrack_that_is_not_loaded_is_a_note() =>
        ConntrackCheck.Judge(new(null, null, null)).Is(
            Status.Note, "not loaded; nothing of this version uses it", [], ["sudo modprobe nf_conntrack"]);
}
