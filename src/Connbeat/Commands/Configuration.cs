using System.CommandLine;
using Connbeat.Config;

namespace Connbeat.Commands;

/// <summary>Loads the configuration that a command line names, or says on stderr why it cannot be used.</summary>
internal static class Configuration
{
    /// <summary>The configuration; null where it has faults, which have been told.</summary>
    public static LoadedConfig? TryLoad(RunFlags flags, ParseResult asked)
    {
        try
        {
            return Load(flags, asked);
        }
        catch (ConfigException faulty)
        {
            foreach (ConfigFault fault in faulty.Faults)
            {
                Console.Error.WriteLine($"Exiting: {fault}");
            }

            return null;
        }
    }

    /// <summary>The configuration.</summary>
    /// <exception cref="ConfigException">It has faults.</exception>
    public static LoadedConfig Load(RunFlags flags, ParseResult asked) => ConfigLoader.Load(
        asked.GetValue(flags.Config) ?? [],
        asked.GetValue(flags.Override) ?? [],
        Environment.GetEnvironmentVariable,
        asked.GetValue(flags.StrictPermissions));
}
