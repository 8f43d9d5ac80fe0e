using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Connbeat.Config;

/// <summary>Writes values as connbeat.yml has them: on one line, quoted where they would be read as something else.</summary>
internal static partial class YamlText
{
    /// <summary>One value: null, bool, numbers, text, lists and maps of them. What looks like a placeholder is none.</summary>
    public static string Of(object? value) => value switch
    {
        null => "null",
        bool yes => yes ? "true" : "false",
        string text => Quoted(Placeholders.Escape(text)),
        IReadOnlyDictionary<string, object?> map => $"{{{string.Join(", ", map.Select(entry => $"{Quoted(entry.Key)}: {Of(entry.Value)}"))}}}",
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Of))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Quoted(value.ToString() ?? ""),
    };

    /// <summary>Settings by their full names as sections in sections, each in the order in which it is first named.</summary>
    public static void WriteNested(IEnumerable<(string Path, string Value)> settings, TextWriter to) =>
        Write([.. settings.Select(setting => (setting.Path.Split('.'), setting.Value))], depth: 0, to);

    private static void Write(IReadOnlyList<(string[] Names, string Value)> settings, int depth, TextWriter to)
    {
        foreach (IGrouping<string, (string[] Names, string Value)> named in settings.GroupBy(setting => setting.Names[depth]))
        {
            to.Write($"{new string(' ', depth * 2)}{named.Key}:");
            (string[] names, string value) = named.First();
            if (names.Length == depth + 1)
            {
                to.WriteLine($" {value}");
            }
            else
            {
                to.WriteLine();
                Write([.. named], depth + 1, to);
            }
        }
    }

    /// <summary>Text that a reader takes for the same text goes bare; the rest in double quotes, as JSON has them.</summary>
    private static string Quoted(string text) =>
        Bare.IsMatch(text) && FreeValue.Of(text) is string
            ? text
            : $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    [GeneratedRegex(@"\A[A-Za-z0-9_/.][A-Za-z0-9_./+@%-]*(:[A-Za-z0-9_./+@%-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Bare { get; }
}
