using System.CommandLine;
using Connbeat.Config;
using Connbeat.Linux;

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
    /// <param name="flags">The flags that there are.</param>
    /// <param name="asked">Those that were given.</param>
    /// <param name="unlessStrict">What is done about a file that can't be trusted, unless a flag says more.</param>
    /// <exception cref="ConfigException">It has faults.</exception>
    public static LoadedConfig Load(
        RunFlags flags, ParseResult asked, PermissionCheck unlessStrict = PermissionCheck.Warn) => ConfigLoader.Load(
        asked.GetValue(flags.Config) ?? [],
        asked.GetValue(flags.Override) ?? [],
        Environment.GetEnvironmentVariable,
        Trust(flags, asked, unlessStrict));

    /// <summary>As the original: the variable switches the check off whatever the flag says.</summary>
    private static FileTrust Trust(RunFlags flags, ParseResult asked, PermissionCheck unlessStrict)
    {
        bool? strict = asked.GetResult(flags.StrictPermissions) is { Implicit: false }
            ? asked.GetValue(flags.StrictPermissions)
            : null;
        bool isOff = strict is false || Environment.GetEnvironmentVariable("BEAT_STRICT_PERMS") is "false";
        return new FileTrust
        {
            Check = isOff ? PermissionCheck.None : strict is true ? PermissionCheck.Refuse : unlessStrict,
            User = LibC.EffectiveUser(),
            OwnerOf = static file => LibC.TryStatus(file, out FileStatus status) == 0 ? status.Owner : null,
        };
    }
}
