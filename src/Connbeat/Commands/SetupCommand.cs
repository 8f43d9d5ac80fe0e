using System.CommandLine;
using Connbeat.Delivery;

namespace Connbeat.Commands;

/// <summary><c>connbeat setup</c>: makes what the outputs need at their far ends, once, before events are sent.</summary>
internal static class SetupCommand
{
    private const int CouldNot = 1;

    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(60);

    /// <summary>The command.</summary>
    public static Command Build(RunFlags flags)
    {
        Option<bool> dryRun = new("--dry-run") { Description = "Make nothing; say what would be made." };
        Command command = new("setup", "Make what the outputs need at their far ends; what is there stays.") { dryRun };
        command.SetAction((asked, _) => RunAsync(flags, asked, asked.GetValue(dryRun)));
        return command;
    }

    /// <returns>0, or 1 where something could not be made.</returns>
    private static async Task<int> RunAsync(RunFlags flags, ParseResult asked, bool dryRun)
    {
        if (Configuration.TryLoad(flags, asked) is not { } config)
        {
            return CouldNot;
        }

        foreach (string warning in config.Warnings)
        {
            Console.Error.WriteLine($"warning: {warning}");
        }

        return await RunAsync(SetUpPlans.Of(config.Options), dryRun, Console.Out);
    }

    /// <summary>Makes what the plans say, one after the other, and tells each step.</summary>
    /// <returns>0, or 1 where something could not be made.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<SetUpPlan> plans, bool dryRun, TextWriter to)
    {
        if (plans.Count == 0)
        {
            await to.WriteLineAsync("nothing to set up: no output that is enabled needs anything made");
            return 0;
        }

        bool failed = false;
        foreach (SetUpPlan plan in plans)
        {
            foreach (SetUpStep step in await StepsAsync(plan, dryRun))
            {
                failed |= step.Outcome is SetUpOutcome.Failed;
                await to.WriteLineAsync($"{WordOf(step.Outcome),-10}  output {plan.Output}  {step.Says}");
            }
        }

        return failed ? CouldNot : 0;
    }

    private static async Task<IReadOnlyList<SetUpStep>> StepsAsync(SetUpPlan plan, bool dryRun)
    {
        using CancellationTokenSource late = new(LongestStep);
        try
        {
            await using ISetUp setUp = plan.Open();
            return await setUp.SetUpAsync(dryRun, late.Token);
        }
        catch (Exception failure)
        {
            string why = late.IsCancellationRequested ? $"no end within {LongestStep.TotalSeconds} s" : failure.Message;
            return [new SetUpStep(SetUpOutcome.Failed, why)];
        }
    }

    private static string WordOf(SetUpOutcome outcome) => outcome switch
    {
        SetUpOutcome.There => "there",
        SetUpOutcome.Made => "made",
        SetUpOutcome.Missing => "would make",
        SetUpOutcome.Differs => "differs",
        SetUpOutcome.Left => "left",
        _ => "failed",
    };
}
