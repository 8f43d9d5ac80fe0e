using System.Text;
using Connbeat.Events;
using Connbeat.Events.Ecs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events.Ecs;

public sealed class ProcessEntityIdTests
{
    private static readonly BootFacts Boot = new()
    {
        Id = Guid.Parse("8F7F4C1E-53F6-4D0C-9C43-2A4A3C6B9F10"),
        Seconds = 1_795_261_194,
        PidNamespace = 4_026_531_836,
        TicksPerSecond = 100,
    };

    /// <summary>Its four parts and how they are joined are those of calculateEntityIDv1.</summary>
    [Fact]
    public void It_is_what_elastic_makes_of_the_same_process()
    {
        ProcessFacts process = Some.Process() with { Pid = 1742, StartTicks = 90_299 };

        string id = ProcessEntityId.Of(process, Boot)!;

        Assert.Equal(
            "4026531836__8f7f4c1e-53f6-4d0c-9c43-2a4a3c6b9f10__1742__1795262096",
            Encoding.ASCII.GetString(Convert.FromBase64String(id)));
    }

    [Fact]
    public void It_is_the_same_for_the_same_process_whatever_else_is_known_of_it()
    {
        ProcessFacts later = Some.Process() with { Name = "renamed", Start = null, CommandLine = "" };

        Assert.Equal(ProcessEntityId.Of(Some.Process(), Boot), ProcessEntityId.Of(later, Boot));
    }

    [Fact]
    public void Another_process_with_the_same_number_has_another()
    {
        ProcessFacts other = Some.Process() with { StartTicks = Some.Process().StartTicks + 100 };

        Assert.NotEqual(ProcessEntityId.Of(Some.Process(), Boot), ProcessEntityId.Of(other, Boot));
    }

    [Fact]
    public void Without_all_that_is_in_it_there_is_none()
    {
        BootFacts[] partial =
            [Boot with { Id = null }, Boot with { Seconds = null }, Boot with { PidNamespace = null }, BootFacts.Unknown];

        Assert.All(partial, boot => Assert.Null(ProcessEntityId.Of(Some.Process(), boot)));
        Assert.All(partial, boot => Assert.Null(
            EncodedEcs.Read(Some.Event(), boot: boot).TextAt("process.entity_id")));
    }
}
