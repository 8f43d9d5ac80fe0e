using Connbeat.Config;
using Connbeat.Outputs.Console;

namespace Connbeat;

/// <summary>Which outputs the configuration asks for.</summary>
internal static class OutputPlans
{
    /// <summary>One plan for each output that is enabled.</summary>
    /// <param name="options">The <c>output</c> section.</param>
    /// <param name="stdout">What the console writes to.</param>
    public static IReadOnlyList<OutputPlan> Of(OutputOptions options, Stream stdout)
    {
        List<OutputPlan> plans = [];
        if (options.Console is { } console)
        {
            plans.Add(new OutputPlan("console", console, console.Pump, () => new ConsoleOutput(stdout, console)));
        }

        return plans;
    }
}
