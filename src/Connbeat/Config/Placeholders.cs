using System.Text;

namespace Connbeat.Config;

/// <summary>
/// Replaces what stands for something else: <c>${VAR}</c>, <c>${VAR:default}</c> and <c>${file:/path}</c>. A variable
/// that is set but empty counts as missing; <c>$${</c> writes <c>${</c>.
/// </summary>
internal sealed class Placeholders(Func<string, string?> environment)
{
    private const string File = "file:";

    /// <summary>Replaces every placeholder in a value.</summary>
    /// <param name="written">The value as written.</param>
    /// <param name="problem">What could not be replaced; names variables and paths, never what they hold.</param>
    /// <returns>The value with all replaced; null where there is a problem.</returns>
    public string? Replace(string written, out string? problem)
    {
        problem = null;
        StringBuilder text = new();
        int at = 0;
        for (int start; (start = written.IndexOf("${", at, StringComparison.Ordinal)) >= 0;)
        {
            if (start > at && written[start - 1] == '$')
            {
                text.Append(written, at, start - 1 - at).Append("${");
                at = start + 2;
                continue;
            }

            int end = written.IndexOf('}', start);
            if (end < 0)
            {
                problem = "the closing } of a placeholder is missing";
                return null;
            }

            string? value = Value(written[(start + 2)..end], out problem);
            if (value is null)
            {
                return null;
            }

            text.Append(written, at, start - at).Append(value);
            at = end + 1;
        }

        return at == 0 ? written : text.Append(written, at, written.Length - at).ToString();
    }

    private string? Value(string name, out string? problem)
    {
        if (name.StartsWith(File, StringComparison.Ordinal))
        {
            string path = name[File.Length..];
            SmallFile file = SmallFile.Read(path);
            problem = file.Problem is null ? null : $"file {path}: {file.Problem}";
            return file.Text?.Trim();
        }

        int colon = name.IndexOf(':', StringComparison.Ordinal);
        string variable = colon < 0 ? name : name[..colon];
        string? value = environment(variable) is { Length: > 0 } set ? set : colon < 0 ? null : name[(colon + 1)..];
        problem = value is null ? $"environment variable {variable} is not set and there is no default" : null;
        return value;
    }
}
