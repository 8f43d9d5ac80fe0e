using System.Diagnostics.CodeAnalysis;

namespace Connbeat.Config;

/// <summary>A section: settings by name. Dotted names are taken apart before they get here.</summary>
internal sealed class ConfigMap(string path, Origin origin) : ConfigNode(path, origin)
{
    /// <summary>How deep sections and lists may stand in each other, dotted names counted by their parts.</summary>
    public const int DeepestNesting = 32;

    private readonly Dictionary<string, ConfigNode> _entries = new(StringComparer.Ordinal);

    /// <summary>The settings in the order in which they were written.</summary>
    public IReadOnlyDictionary<string, ConfigNode> Entries => _entries;

    /// <inheritdoc/>
    public override bool AsksForNothing =>
        _entries.Count == 0 ||
        (TryGet("enabled", out ConfigNode? enabled) && enabled is ConfigScalar scalar && ConfigScalar.IsNo(scalar.Written));

    /// <summary>Dotted and nested names mean the same: <c>a.b: 1</c> becomes <c>a: { b: 1 }</c>.</summary>
    /// <param name="path">The section in which the dotted name stands.</param>
    /// <param name="origin">Where it stands.</param>
    /// <param name="names">Its parts, at least one.</param>
    /// <param name="value">What the last of them names.</param>
    public static ConfigMap Nest(string path, Origin origin, ReadOnlySpan<string> names, ConfigNode value)
    {
        ConfigMap map = new(path, origin);
        map._entries[names[0]] = names.Length > 1 ? Nest(PathOf(path, names[0]), origin, names[1..], value) : value;
        return map;
    }

    /// <summary>Takes a dotted name apart; false where a part is empty, or where there are too many.</summary>
    public static bool TrySplit(string name, out string[] parts)
    {
        parts = name.Split('.');
        return parts.Length <= DeepestNesting && !Array.Exists(parts, string.IsNullOrWhiteSpace);
    }

    /// <summary>The full name of what <paramref name="key"/> names in the section <paramref name="path"/>.</summary>
    public static string PathOf(string path, string key) => path.Length > 0 ? $"{path}.{key}" : key;

    /// <summary>Finds a setting; false where nobody wrote it.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out ConfigNode? value) => _entries.TryGetValue(key, out value);

    /// <summary>
    /// Lays <paramref name="later"/> over this. Sections are joined, an empty value says nothing, and of two values the
    /// later one stays.
    /// </summary>
    /// <param name="later">What was written after this, or has the last word.</param>
    /// <param name="replaced">Told of each value that had to go, and of the one that took its place.</param>
    public void Join(ConfigMap later, Action<ConfigNode, ConfigNode>? replaced = null)
    {
        foreach ((string key, ConfigNode value) in later._entries)
        {
            if (!_entries.TryGetValue(key, out ConfigNode? earlier) || earlier.IsEmpty)
            {
                _entries[key] = value;
            }
            else if (earlier is ConfigMap section && value is ConfigMap more)
            {
                section.Join(more, replaced);
            }
            else if (!value.IsEmpty)
            {
                replaced?.Invoke(earlier, value);
                _entries[key] = value;
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => "a section";
}
