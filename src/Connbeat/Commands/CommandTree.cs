using System.CommandLine;
using System.CommandLine.Help;
using Connbeat.Commands.DropIns;

namespace Connbeat.Commands;

/// <summary>The command line: what <c>connbeat</c> can be asked to do, and what it says to what it does not understand.</summary>
internal static class CommandTree
{
    private const int WrongUsage = 2;

    /// <summary>Does what the command line asks.</summary>
    /// <returns>The exit code: 0 done or stopped as asked, 1 could not start, 2 wrong usage.</returns>
    public static async Task<int> InvokeAsync(string[] arguments)
    {
        if (DropIn.Of(DropIn.ProgramName(), arguments) is ({ } dropIn, { } itsOwn))
        {
            return await dropIn.RunAsync(itsOwn);
        }

        RootCommand root = Build();
        ParseResult asked = root.Parse(GoFlags.Normalize(arguments, root), new ParserConfiguration
        {
            EnablePosixBundling = false, // -configtest is one flag
            ResponseFileTokenReplacer = null,
        });

        if (asked.UnmatchedTokens.FirstOrDefault(token => token.StartsWith('-')) is { } flag)
        {
            return Misused($"flag provided but not defined: -{flag.TrimStart('-')}", asked);
        }

        if (asked.Errors is [var error, ..])
        {
            return Misused(error.Message, asked);
        }

        return await asked.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static RootCommand Build()
    {
        RootCommand root = new("Watches every TCP and UDP connection of this host, says whose it is, and ships that as JSON events.");
        foreach (Option builtIn in root.Options.Where(option => option is VersionOption).ToList())
        {
            root.Options.Remove(builtIn); // -version has its own words
        }

        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Aliases.Clear();
        foreach (string alias in (string[])["-h", "-?"])
        {
            help.Aliases.Add(alias);
        }

        RunFlags flags = new();
        flags.AddTo(root);
        root.SetAction((asked, _) => RunCommand.RunAsync(flags, asked));

        Command run = new("run", "Watch and ship; the default.");
        flags.AddTo(run);
        run.SetAction((asked, _) => RunCommand.RunAsync(flags, asked));

        root.Subcommands.Add(run);
        root.Subcommands.Add(SnapshotCommand.Build(flags));
        root.Subcommands.Add(DoctorCommand.Build(flags));
        root.Subcommands.Add(TestCommand.Build(flags));
        root.Subcommands.Add(ExportCommand.Build(flags));
        root.Subcommands.Add(SetupCommand.Build(flags));
        root.Subcommands.Add(SpoolCommand.Build(flags));
        root.Subcommands.Add(VersionCommand.Build());
        foreach (DropIn dropIn in DropIn.All)
        {
            root.Subcommands.Add(new Command(dropIn.Command, dropIn.Description)); // for the help: it reads its arguments itself
        }

        return root;
    }

    private static int Misused(string message, ParseResult asked)
    {
        Console.Error.WriteLine(message);
        Command command = asked.CommandResult.Command;
        Console.Error.WriteLine(
            $"Usage: {(command is RootCommand ? "connbeat [command]" : $"connbeat {command.Name}")} [options]; " +
            "see connbeat -h");
        return WrongUsage;
    }
}
