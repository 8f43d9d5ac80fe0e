using Connbeat.Delivery;

namespace Connbeat.Commands.Doctor;

/// <summary>Do the servers of an output answer?</summary>
internal static class FarEndCheck
{
    /// <summary>Asks and judges. An output that can't be opened keeps connbeat from starting.</summary>
    /// <param name="output">The output's name in connbeat.yml.</param>
    /// <param name="ask">Asks its servers.</param>
    public static IReadOnlyList<Finding> Judge(string output, Func<IReadOnlyList<FarEnd>> ask)
    {
        try
        {
            return Judge(output, ask());
        }
        catch (OutputUnavailableException unavailable)
        {
            return
            [
                new Finding(NameOf(output), Status.Broken, unavailable.Problem)
                {
                    Costs = ["connbeat does not start"],
                    Mend = [unavailable.Mend],
                },
            ];
        }
    }

    /// <summary>Judges: one of several that answers is enough to deliver.</summary>
    /// <param name="output">The output's name in connbeat.yml.</param>
    /// <param name="ends">What came of asking each.</param>
    public static IReadOnlyList<Finding> Judge(string output, IReadOnlyList<FarEnd> ends)
    {
        string name = NameOf(output);
        Status ofTheDead = ends.Any(end => end.Answers) ? Status.Degraded : Status.Broken;
        return [.. ends.Select(end => end.Answers ? Finding.Ok(name, end.Says) : Unwell(ofTheDead, end.Says))];

        Finding Unwell(Status status, string says) => new(name, status, says)
        {
            Costs = status is Status.Broken
                ? OutputCosts.WhileItDoesNotAnswer
                : ["events go to the others; nobody takes the place of those"],
            Mend = [$"see that it runs, and that output.{output} in connbeat.yml says where it is and who asks"],
        };
    }

    /// <summary>The name of the finding.</summary>
    public static string NameOf(string output) => $"output {output}";
}
