using Connbeat.Commands.Doctor;

namespace Connbeat.Tests.Commands.Doctor;

/// <summary>Compares a finding with what it should be, whole.</summary>
internal static class Findings
{
    /// <summary>All is well, and nothing else is said.</summary>
    public static void IsOk(this Finding finding, string says) => finding.Is(Status.Ok, says, [], []);

    /// <summary>This and nothing else is said.</summary>
    public static void Is(this Finding finding, Status status, string says, string[] costs, string[] mend)
    {
        Assert.Equal((status, says), (finding.Status, finding.Says));
        Assert.Equal(costs, finding.Costs);
        Assert.Equal(mend, finding.Mend);
    }
}
