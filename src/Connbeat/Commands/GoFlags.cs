using System.CommandLine;

namespace Connbeat.Commands;

/// <summary>
/// Lets every flag be written with one hyphen or with two, and a switch with <c>=t</c> or <c>=0</c>, as the Go programs do
/// whose users come to connbeat.
/// </summary>
internal static class GoFlags
{
    /// <summary>The arguments, each flag with the number of hyphens that it was declared with.</summary>
    public static string[] Normalize(IReadOnlyList<string> arguments, Command root)
    {
        Dictionary<string, Option> known = [];
        Collect(root, known);
        string[] normalized = [.. arguments];
        for (int position = 0; position < normalized.Length && normalized[position] != "--"; position++)
        {
            string argument = normalized[position];
            string flag = argument.Split('=', 2)[0];
            if (!flag.StartsWith('-'))
            {
                continue;
            }

            string other = flag.StartsWith("--", StringComparison.Ordinal) ? flag[1..] : "-" + flag;
            string name = known.ContainsKey(flag) ? flag : other;
            if (known.TryGetValue(name, out Option? option))
            {
                string value = argument[flag.Length..];
                normalized[position] = name + (option.ValueType == typeof(bool) ? Switch(value) : value);
            }
        }

        return normalized;
    }

    /// <summary>What Go's strconv.ParseBool understands.</summary>
    private static string Switch(string value) => value switch
    {
        "=1" or "=t" or "=T" or "=TRUE" or "=True" => "=true",
        "=0" or "=f" or "=F" or "=FALSE" or "=False" => "=false",
        _ => value,
    };

    private static void Collect(Command command, Dictionary<string, Option> known)
    {
        foreach (Option option in command.Options)
        {
            foreach (string name in option.Aliases.Append(option.Name))
            {
                known[name] = option;
            }
        }

        foreach (Command inner in command.Subcommands)
        {
            Collect(inner, known);
        }
    }
}
