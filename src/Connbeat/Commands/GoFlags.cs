using System.CommandLine;

namespace Connbeat.Commands;

/// <summary>
/// Lets every flag be written with one hyphen or with two, as the Go programs do whose users come to connbeat.
/// </summary>
internal static class GoFlags
{
    /// <summary>The arguments, each flag with the number of hyphens that it was declared with.</summary>
    public static string[] Normalize(IReadOnlyList<string> arguments, Command root)
    {
        HashSet<string> known = [.. Names(root)];
        string[] normalized = [.. arguments];
        for (int position = 0; position < normalized.Length && normalized[position] != "--"; position++)
        {
            string argument = normalized[position];
            string flag = argument.Split('=', 2)[0];
            if (!flag.StartsWith('-') || known.Contains(flag))
            {
                continue;
            }

            string other = flag.StartsWith("--", StringComparison.Ordinal) ? flag[1..] : "-" + flag;
            normalized[position] = known.Contains(other) ? other + argument[flag.Length..] : argument;
        }

        return normalized;
    }

    private static IEnumerable<string> Names(Command command) =>
        command.Options.SelectMany(option => option.Aliases.Append(option.Name))
            .Concat(command.Subcommands.SelectMany(Names));
}
