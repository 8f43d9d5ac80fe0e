using System.Globalization;
using System.Text.Json;
using Connbeat.Linux;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>Who answers, and which version of it: what <c>GET /</c> says.</summary>
/// <param name="Name">What its owners call it; empty where it does not say.</param>
/// <param name="Version">Which version.</param>
internal sealed record Cluster(string Name, ElasticVersion Version)
{
    /// <inheritdoc/>
    public override string ToString() => Name.Length > 0 ? $"{Version}, cluster {Name}" : $"{Version}";

    /// <summary>Reads it.</summary>
    /// <exception cref="WireFormatException">It is neither Elasticsearch nor OpenSearch that says this.</exception>
    public static Cluster Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            if (root.ValueKind is JsonValueKind.Object && root.TryGetProperty("version", out JsonElement version) &&
                version.ValueKind is JsonValueKind.Object && Text(version, "number") is { } number)
            {
                bool isOpenSearch = Text(version, "distribution") == "opensearch";
                ElasticVersion read = ElasticVersion.Parse(number, isOpenSearch) ??
                    throw new WireFormatException("a version that is no number");
                return new Cluster(Text(root, "cluster_name") ?? "", read);
            }
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException)
        {
            // The words below say it.
        }

        throw new WireFormatException("an answer of something that is not Elasticsearch");
    }

    private static string? Text(JsonElement section, string name) =>
        section.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}

/// <summary>A version of Elasticsearch or of OpenSearch, and what it can.</summary>
/// <param name="IsOpenSearch">Which of the two.</param>
/// <param name="Major">The first number.</param>
/// <param name="Minor">The second number.</param>
/// <param name="Number">All of it, as in 8.15.0.</param>
internal sealed record ElasticVersion(bool IsOpenSearch, int Major, int Minor, string Number)
{
    /// <summary>The oldest versions that setup knows, and the newest majors that it was written for.</summary>
    public const string Known = "Elasticsearch 7.17 to 9, or OpenSearch 2 and 3";

    /// <summary>What is taken where nobody says.</summary>
    public static readonly ElasticVersion Newest = new(IsOpenSearch: false, 9, 0, "9.0.0");

    /// <summary>False for versions that lack composable templates as they are made here.</summary>
    public bool IsKnown => IsOpenSearch ? Major >= 2 : Major > 7 || (Major == 7 && Minor >= 17);

    /// <summary>True where a keyword can be found by any part of it at no great cost.</summary>
    public bool HasWildcard => !IsOpenSearch || IsAtLeast(2, 15);

    /// <summary>True where a field whose names others choose can be one that takes nulls.</summary>
    public bool HasFlatObject => IsOpenSearch && IsAtLeast(2, 17);

    /// <inheritdoc/>
    public override string ToString() => $"{(IsOpenSearch ? "OpenSearch" : "Elasticsearch")} {Number}";

    /// <summary>Reads one such as <c>8.15.0</c>, <c>8.15</c>, or <c>9.0.0-SNAPSHOT</c>; null where it is none.</summary>
    public static ElasticVersion? Parse(string number, bool isOpenSearch)
    {
        string[] parts = number.Split('-')[0].Split('.');
        return parts.Length is 2 or 3 && parts.All(static part => IsNumber(part, out _)) &&
            IsNumber(parts[0], out int major) && IsNumber(parts[1], out int minor) && number.Length <= 32 &&
            number.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-')
            ? new ElasticVersion(isOpenSearch, major, minor, number)
            : null;
    }

    private bool IsAtLeast(int major, int minor) => Major > major || (Major == major && Minor >= minor);

    private static bool IsNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
