namespace Connbeat.Config;

/// <summary>One way to say where an event goes: an item of <c>topics</c>, <c>indices</c> or <c>pipelines</c>.</summary>
internal sealed record RouteRule
{
    /// <summary>Which key the format has: <c>topic</c>, <c>index</c>, <c>pipeline</c>.</summary>
    public required string Key { get; init; }

    /// <summary>What is made of the event.</summary>
    public required FormatString Format { get; init; }

    /// <summary>For which events; null for all.</summary>
    public ConditionOptions? When { get; init; }

    /// <summary>Other names for what was made; what is not among them counts as missing. Empty: it is taken as it is.</summary>
    public IReadOnlyDictionary<string, string> Mappings { get; init; } = new Dictionary<string, string>();

    /// <summary>What stands for a missing value; null: the next rule is asked.</summary>
    public string? Default { get; init; }

    /// <summary>As connbeat.yml would have it.</summary>
    public IReadOnlyDictionary<string, object?> Written
    {
        get
        {
            Dictionary<string, object?> written = new() { [Key] = Format.Text };
            if (When is not null)
            {
                written["when"] = When.Written;
            }

            if (Mappings.Count > 0)
            {
                written["mappings"] = Mappings.ToDictionary(one => one.Key, object? (one) => one.Value);
            }

            if (Default is not null)
            {
                written["default"] = Default;
            }

            return written;
        }
    }

    /// <summary>Rules that are written alike are equal.</summary>
    public bool Equals(RouteRule? other) => other is not null && YamlText.Of(Written) == YamlText.Of(other.Written);

    /// <inheritdoc/>
    public override int GetHashCode() => Format.GetHashCode();
}
