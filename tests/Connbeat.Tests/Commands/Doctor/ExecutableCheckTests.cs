using System.Text;
using Connbeat.Commands.Doctor;
using Connbeat.Config;
using Connbeat.Linux;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class ExecutableCheckTests
{
    private static readonly ExecutableFacts Lending = new()
    {
        Program = Users.Program,
        LendsRights = true,
        IsForAnybody = true,
        Group = 65534,
        All = Grant.ForPrograms,
    };

    [Fact]
    public void A_file_without_rights_is_not_told_of() => Assert.Null(ExecutableCheck.Judge(Lending with { LendsRights = false }));

    [Fact]
    public void One_that_anybody_may_start_is_given_to_a_group()
    {
        Finding? finding = ExecutableCheck.Judge(Lending);

        Assert.NotNull(finding);
        Assert.Equal(Status.Degraded, finding.Status);
        Assert.Contains("anybody", finding.Says, StringComparison.Ordinal);
        Assert.Contains("CORECLR_PROFILER_PATH", Assert.Single(finding.Costs), StringComparison.Ordinal);
        Assert.Equal([Users.SetCapabilities], finding.Mend);
    }

    [Fact]
    public void One_for_a_group_says_what_that_group_gets()
    {
        Finding? finding = ExecutableCheck.Judge(Lending with { IsForAnybody = false });

        Assert.NotNull(finding);
        Assert.Equal(Status.Ok, finding.Status);
        Assert.Contains("its group", finding.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_of_this_program_lends_nothing()
    {
        Patient patient = Patient.Here(new AgentOptions());
        ExecutableFacts facts = ExecutableFacts.Read(Users.Nobody, patient);

        Assert.False(facts.LendsRights);
        Assert.Equal((patient.Program, 65534u), (facts.Program, facts.Group));
        Assert.False(LibC.HasAttribute(Encoding.UTF8.GetBytes("/no/such/file\0"), "security.capability\0"u8));
    }
}
