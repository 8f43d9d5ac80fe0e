using System.CommandLine;

namespace Connbeat.Commands;

/// <summary><c>connbeat test config</c>: is the file right?</summary>
internal static class TestCommand
{
    /// <summary>The command.</summary>
    public static Command Build(RunFlags flags)
    {
        Command config = new("config", "Check the configuration: every fault at once, with its line.");
        config.SetAction(asked => TestConfig(flags, asked));
        return new Command("test", "Check what connbeat would work with.") { config };
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
}
