using System.Globalization;
using System.Text.RegularExpressions;

namespace Connbeat.Config;

/// <summary>What a plain scalar means where any type will do: the rules of JSON, so that nothing is guessed.</summary>
internal static partial class FreeValue
{
    /// <summary>
    /// null, bool, long, double or string. Only what JSON would call a number is one: <c>007</c>, <c>0x1f</c>, and
    /// numbers too large for their type stay text, as they were written.
    /// </summary>
    public static object? Of(string plain)
    {
        if (!JsonNumber.IsMatch(plain))
        {
            return plain switch
            {
                "" or "~" or "null" or "Null" or "NULL" => null,
                "true" or "True" or "TRUE" => true,
                "false" or "False" or "FALSE" => false,
                _ => plain,
            };
        }

        if (plain.AsSpan().IndexOfAny(".eE") < 0)
        {
            return long.TryParse(plain, CultureInfo.InvariantCulture, out long whole) ? whole : plain;
        }

        double number = double.Parse(plain, CultureInfo.InvariantCulture);
        return double.IsFinite(number) ? number : plain;
    }

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber { get; }
}
