using System.CommandLine;
using Connbeat.Commands.Doctor;

namespace Connbeat.Commands;

/// <summary><c>connbeat test config</c>: is the file right? <c>connbeat test output</c>: does each output answer?</summary>
internal static class TestCommand
{
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    /// <summary>The command.</summary>
    public static Command Build(RunFlags flags)
    {
        Command config = new("config", "Check the configuration: every fault at once, with its line.");
        config.SetAction(asked => TestConfig(flags, asked));
        Command output = new("output", "Ask each output whether it answers; no event is sent.");
        output.SetAction((asked, _) => TestOutputAsync(flags, asked));
        return new Command("test", "Check what connbeat would work with.") { config, output };
    }

    /// <summary>Says <c>Config OK</c>, or what is wrong.</summary>
    /// <returns>0, or 1 where something is.</returns>
    public static int TestConfig(RunFlags flags, ParseResult asked)
    {
        if (Configuration.TryLoad(flags, asked) is not { } config)
        {
            return 1;
        }

        foreach (string warning in config.Warnings.Concat(flags.Warnings(asked)))
        {
            Console.Error.WriteLine($"warning: {warning}");
        }

        Console.WriteLine("Config OK");
        return 0;
    }

    /// <summary>Says how each output fares.</summary>
    /// <returns>0, or 1 where one takes no events.</returns>
    private static async Task<int> TestOutputAsync(RunFlags flags, ParseResult asked)
    {
        if (Configuration.TryLoad(flags, asked) is not { } config)
        {
            return 1;
        }

        Patient patient = Patient.Here(config.Options);
        IReadOnlyList<Finding> findings =
            await Examination.RunAsync(Subjects.OfOutputs(patient, LongestAnswer), patient.Time);
        Report.WriteFindings(findings, Console.Out, coloured: !Console.IsOutputRedirected);
        return Examination.ExitCode(findings);
    }
}
