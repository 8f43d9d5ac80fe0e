using Connbeat.Commands.Doctor;
using Connbeat.Config;

namespace Connbeat.Tests.Commands.Doctor;

/// <summary>What nobody asks for is never worse than a note.</summary>
public sealed class ConntrackCheckTests
{
    private const string Track =
        "sudo nft add table inet connbeat '{ chain track { type filter hook prerouting priority 0; ct state new accept; } }'";

    private static readonly ConntrackOptions Asked = new(), WithFallback = new() { FallsBackToSockets = true };

    [Fact]
    public void Conntrack_that_is_all_switched_on_is_as_it_should_be()
    {
        ConntrackCheck.Judge(new(Tracked: 412, CountsBytes: 1, NotesStarts: 1), asked: null).IsOk("tracks 412 connections");
        ConntrackCheck.Judge(new(Tracked: 412, CountsBytes: 1, NotesStarts: 1), Asked).IsOk("tracks 412 connections");
    }

    [Fact]
    public void Conntrack_that_is_loaded_may_still_see_nothing() =>
        ConntrackCheck.Judge(new(Tracked: 0, CountsBytes: 0, NotesStarts: 0), asked: null).Is(
            Status.Note, "tracks 0 connections; no exporter is asked to use it",
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
        ConntrackCheck.Judge(new(null, null, null), asked: null).Is(
            Status.Note, "not loaded; no exporter is asked to use it", [], ["sudo modprobe nf_conntrack"]);

    [Fact]
    public void An_exporter_that_has_nothing_to_tell_is_broken_unless_it_counts_sockets()
    {
        const string Nothing = "exporters.conntrack has nothing to tell; fallback: sockets has sockets counted in its place";

        ConntrackCheck.Judge(new(null, null, null), Asked).Is(Status.Broken, "not loaded", [Nothing], ["sudo modprobe nf_conntrack"]);
        ConntrackCheck.Judge(new(Tracked: 0, CountsBytes: 1, NotesStarts: 1), Asked).Is(
            Status.Broken, "tracks 0 connections",
            ["its table is empty: most likely no rule uses it; one with \"ct state\" does", Nothing], [Track]);
        ConntrackCheck.Judge(new(Tracked: 0, CountsBytes: 1, NotesStarts: 1), WithFallback).Is(
            Status.Degraded, "tracks 0 connections",
            [
                "its table is empty: most likely no rule uses it; one with \"ct state\" does",
                "exporters.conntrack counts sockets in its place; what passes through is not among them",
            ],
            [Track]);
        ConntrackCheck.Judge(new(Tracked: 1, CountsBytes: 1, NotesStarts: 1, MayBeRead: false), WithFallback).Is(
            Status.Degraded, "tracks 1 connections",
            ["exporters.conntrack may not read it without CAP_NET_ADMIN, and counts sockets in its place; what passes through is not among them"],
            []);
    }
}
