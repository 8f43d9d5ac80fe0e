using Connbeat.Config;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>The pattern of all names that a format may make, as index templates have it: <c>connbeat-*</c>.</summary>
internal static class IndexPattern
{
    /// <summary>The pattern.</summary>
    public static string Of(FormatString index)
    {
        string pattern = string.Concat(index.Parts.Select(
            static part => part is FormatPart.Literal literal ? literal.Text : "*"));
        while (pattern.Contains("**", StringComparison.Ordinal))
        {
            pattern = pattern.Replace("**", "*", StringComparison.Ordinal);
        }

        return pattern;
    }

    /// <summary>True where events go to a data stream: one name for all of them, as data streams of logs are called.</summary>
    public static bool IsDataStream(FormatString index) =>
        index.IsLiteral && index.Text.StartsWith("logs-", StringComparison.Ordinal);
}
