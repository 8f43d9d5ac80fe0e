namespace Connbeat.Config;

/// <summary>Settings that nobody asked for: another version's, or slips of the pen.</summary>
internal sealed partial class ConfigSection
{
    /// <summary>Refuses, or warns about, every setting that nobody asked for.</summary>
    public void JudgeTheRest()
    {
        foreach ((string key, ConfigNode node) in map.Entries)
        {
            if (_asked.Contains(key))
            {
                continue;
            }

            bool isRefused = UnhonouredSettings.Refused.TryGetValue(node.Path, out string? reason);
            if (!isRefused && !UnhonouredSettings.WithoutEffect.TryGetValue(node.Path, out reason))
            {
                reading.Fault(node.Origin, $"{node.Path} is not a setting of connbeat{Suggestion(node)}");
            }
            else if (_isOff || AsksForNothing(node))
            {
                continue;
            }
            else if (isRefused)
            {
                reading.Fault(node.Origin, $"{node.Path} {reason}");
            }
            else
            {
                reading.Warn(node.Origin, $"{node.Path} has no effect; {reason}");
            }
        }
    }

    /// <summary>As the node says; here <c>enabled</c> may also be <c>${VAR:false}</c>.</summary>
    private bool AsksForNothing(ConfigNode node) =>
        node.AsksForNothing ||
        (node is ConfigMap section && section.TryGet("enabled", out ConfigNode? enabled) && enabled is ConfigScalar scalar &&
            reading.Placeholders.Replace(scalar.Written, out _) is { } text && ConfigScalar.IsNo(text));

    private string Suggestion(ConfigNode node)
    {
        if (reading.Faults.Count > ConfigReading.MostTold)
        {
            return ""; // it would not be told, and takes time
        }

        string? meant = Spelling.Nearest(node.Path, Asked) ?? Begun(node.Path) ?? Elsewhere(node.Path);
        return meant is null ? "" : $"; did you mean {meant}?";
    }

    /// <summary>The setting of which this is the beginning, or that is the beginning of this, if there is one only.</summary>
    private string? Begun(string path)
    {
        string[] known = [.. Asked.Distinct().Where(other =>
            other.StartsWith(path, StringComparison.Ordinal) || path.StartsWith(other, StringComparison.Ordinal))];
        return known is [var only] ? only : null;
    }

    /// <summary>The setting that has this name in another section: the one that stands least deep, if there is one only.</summary>
    private string? Elsewhere(string path)
    {
        string name = $".{path[(path.LastIndexOf('.') + 1)..]}";
        string[] known =
        [
            .. reading.Asked.Distinct().Where(other => other.EndsWith(name, StringComparison.Ordinal))
                .GroupBy(other => other.Count('.')).MinBy(group => group.Key) ?? Enumerable.Empty<string>(),
        ];
        return known is [var only] ? only : null;
    }
}
