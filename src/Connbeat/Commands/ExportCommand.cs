using System.CommandLine;
using Connbeat.Config;

namespace Connbeat.Commands;

/// <summary><c>connbeat export</c>: what others need of what connbeat knows.</summary>
internal static class ExportCommand
{
    private const int CouldNotStart = 1;

    /// <summary>The command.</summary>
    public static Command Build(RunFlags flags)
    {
        Command config = new("config", "The effective configuration: every setting, written or not; secrets are masked.");
        config.SetAction(asked => ExportConfig(flags, asked));
        return new Command("export", "Print what others need.") { config };
    }

    private static int ExportConfig(RunFlags flags, ParseResult asked)
    {
        if (Configuration.TryLoad(flags, asked) is not { } config)
        {
            return CouldNotStart;
        }

        YamlText.WriteNested(config.Settings.Select(setting => (setting.Path, setting.Shown)), Console.Out);
        return 0;
    }
}
