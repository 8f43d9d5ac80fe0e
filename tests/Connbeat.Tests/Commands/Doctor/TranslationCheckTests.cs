using Connbeat.Commands.Doctor;
using Connbeat.Config;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class TranslationCheckTests
{
    [Fact]
    public void Conntrack_that_tracks_is_as_it_should_be() =>
        TranslationCheck.Judge(new(Tracked: 412, CountsBytes: 0, NotesStarts: 0)).IsOk("conntrack tracks 412 connections");

    [Fact]
    public void What_conntrack_does_not_tell_costs_the_other_ends()
    {
        TranslationCheck.Judge(new(null, null, null)).Is(
            Status.Degraded, "conntrack is not loaded", ["events tell no network.nat"], ["sudo modprobe nf_conntrack_netlink"]);
        TranslationCheck.Judge(new(Tracked: 0, CountsBytes: 1, NotesStarts: 1)).Is(
            Status.Degraded, "conntrack tracks nothing",
            ["most likely no rule translates or tracks in this network namespace: events tell no network.nat"],
            ["set connbeat.nat: false, or run connbeat where the rules are"]);
        TranslationCheck.Judge(new(Tracked: 412, CountsBytes: 1, NotesStarts: 1, MayBeRead: false)).Is(
            Status.Degraded, "conntrack may not be read",
            ["events tell no network.nat; it takes CAP_NET_ADMIN, see capabilities"], []);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_right_that_it_takes_is_one_that_the_configuration_has_a_use_for(bool nat)
    {
        AgentOptions options = new();
        options = options with
        {
            Capture = options.Capture with { Source = CaptureSource.Procfs },
            Enrichment = options.Enrichment with { Nat = nat, ExposeProcessInfo = false },
        };

        Assert.Equal(nat ? Capability.NetAdmin : Capability.None, CapabilityFacts.WantedBy(options, largestBuffer: null));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void It_is_looked_at_only_where_it_is_asked_for(bool nat, int looks)
    {
        AgentOptions options = new();
        Patient patient = Patient.Here(options with { Enrichment = options.Enrichment with { Nat = nat } });

        Assert.Equal(looks, Subjects.Of(patient, loaded: null, []).Count(subject => subject.Name == TranslationCheck.Name));
    }
}
