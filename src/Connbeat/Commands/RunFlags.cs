using System.CommandLine;

namespace Connbeat.Commands;

/// <summary>
/// The flags of <c>run</c>, which are the original connbeat's. Some go with every command.
/// </summary>
internal sealed class RunFlags
{
    /// <summary>Flags of the original that are taken and do nothing, and what does it now.</summary>
    private static readonly (string Name, bool TakesValue, string Instead)[] Retired =
    [
        ("-path.home", true, "name files with -c and in connbeat.yml"),
        ("-path.config", true, "name the configuration with -c"),
        ("-path.data", true, "connbeat.state in connbeat.yml"),
        ("-path.logs", true, "logs go to stderr"),
        ("-setup", false, "connbeat setup"),
        ("-httpprof", true, "dotnet-counters and dotnet-trace"),
        ("-cpuprofile", true, "dotnet-trace"),
        ("-memprofile", true, "dotnet-gcdump"),
        ("-plugin", true, "nothing; there are no plugins"),
    ];

    private readonly List<Option> _retired = [];

    /// <summary>The configuration files.</summary>
    public Option<string[]> Config { get; } = new("--config", "-c")
    {
        Description = "Configuration file; may be repeated, later ones win.",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Single settings.</summary>
    public Option<string[]> Override { get; } = new("-E")
    {
        Description = "One setting over the files, as in -E connbeat.aggregation=10s; may be repeated.",
        HelpName = "key=value",
        Recursive = true,
    };

    /// <summary>Refuses a configuration that others own or can write; <c>=false</c>: does not even look.</summary>
    public Option<bool> StrictPermissions { get; } = new("-strict.perms")
    {
        Description = "Refuse a configuration file that others own or can write; =false does not even warn.",
        Recursive = true,
    };

    /// <summary>Logs to stderr, as is always done.</summary>
    public Option<bool> LogToStandardError { get; } = new("-e")
    {
        Description = "Log to stderr (always so).",
        Recursive = true,
    };

    /// <summary>Logs at level info at least.</summary>
    public Option<bool> Verbose { get; } = new("-v") { Description = "Log at level info.", Recursive = true };

    /// <summary>Logs at level debug.</summary>
    public Option<string?> Debug { get; } = new("-d")
    {
        Recursive = true,
        Description = "Log at level debug; the selectors of the original are taken and all count as *.",
        HelpName = "SELECTORS",
    };

    /// <summary>Publishes nothing.</summary>
    public Option<bool> PublishNothing { get; } = new("-N") { Description = "Publish nothing." };

    /// <summary>Checks the configuration and stops.</summary>
    public Option<bool> ConfigTest { get; } = new("-configtest")
    {
        Description = "Check the configuration and stop.",
    };

    /// <summary>Tells one snapshot and stops.</summary>
    public Option<bool> Once { get; } = new("--once") { Description = "Tell what is there now and stop." };

    /// <summary>Prints the version and stops.</summary>
    public Option<bool> Version { get; } = new("-version") { Description = "Print the version and stop." };

    /// <summary>Gives a command these flags; those that every command takes go with the root.</summary>
    public void AddTo(Command command)
    {
        if (command is RootCommand)
        {
            command.Options.Add(Config);
            command.Options.Add(Override);
            command.Options.Add(LogToStandardError);
            command.Options.Add(Verbose);
            command.Options.Add(Debug);
            command.Options.Add(StrictPermissions);
            _retired.AddRange(Retired.Select(flag => flag.TakesValue
                ? (Option)new Option<string?>(flag.Name) { Hidden = true }
                : new Option<bool>(flag.Name) { Hidden = true }));
        }

        foreach (Option option in (Option[])[PublishNothing, ConfigTest, Once, Version])
        {
            command.Options.Add(option);
        }

        foreach (Option option in _retired)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What to say to flags that do nothing any more.</summary>
    public IEnumerable<string> Warnings(ParseResult asked) =>
        from pair in _retired.Zip(Retired)
        where asked.GetResult(pair.First) is { Implicit: false }
        select $"{pair.Second.Name} has no effect; instead: {pair.Second.Instead}";
}
