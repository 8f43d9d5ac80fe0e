using System.Buffers;

namespace Connbeat.Config;

/// <summary>A piece of configuration that knows its name and where it was written.</summary>
/// <param name="path">Full dotted name; that of the list for an item of a list; empty for the root.</param>
/// <param name="origin">For a named setting, the line of its key.</param>
internal abstract class ConfigNode(string path, Origin origin)
{
    /// <summary>Full dotted name, such as <c>queue.memory.events</c>.</summary>
    public string Path { get; } = path;

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; } = origin;

    /// <summary>True where a key stands without a value: nothing is said, the default holds.</summary>
    public virtual bool IsEmpty => false;

    /// <summary>True where it can only mean "nothing of that": empty, <c>false</c>, <c>enabled: false</c>.</summary>
    public virtual bool AsksForNothing => IsEmpty;

    /// <summary>How a fault names the value; never what a placeholder stands for.</summary>
    public abstract override string ToString();
}

/// <summary>A single value, as written: placeholders are not replaced yet.</summary>
internal sealed class ConfigScalar(string path, Origin origin, string written, bool isPlain)
    : ConfigNode(path, origin)
{
    private const int LongestShown = 80;

    private static readonly SearchValues<string> Secretive = SearchValues.Create(["@", "?", "://"], StringComparison.Ordinal);

    /// <summary>The text between the quotes, if there were any.</summary>
    public string Written { get; } = written;

    /// <summary>True without quotes: only then can a free value be a number, a boolean or nothing.</summary>
    public bool IsPlain { get; } = isPlain;

    /// <inheritdoc/>
    public override bool IsEmpty => IsPlain && Written is "" or "~" or "null" or "Null" or "NULL";

    /// <inheritdoc/>
    public override bool AsksForNothing => IsEmpty || Written.Length == 0 || IsNo(Written);

    /// <summary>True for <c>false</c>, <c>no</c> and <c>off</c>, in capitals or not.</summary>
    public static bool IsNo(string text) => text.ToLowerInvariant() is "false" or "no" or "off";

    /// <summary>Of what may be an address no more than the scheme, or the path: users and queries are secrets.</summary>
    public override string ToString()
    {
        int mark = Written.AsSpan().IndexOfAny(Secretive);
        int address = mark < 0 ? Written.Length : Written[mark] switch { ':' => mark + "://".Length, '?' => mark, _ => 0 };
        int shown = Math.Min(address, LongestShown);
        return shown < Written.Length ? $"'{Written.AsSpan(0, shown)}…'" : $"'{Written}'";
    }
}

/// <summary>Values in order.</summary>
internal sealed class ConfigList(string path, Origin origin, IReadOnlyList<ConfigNode> items)
    : ConfigNode(path, origin)
{
    /// <summary>The values; each has its own line.</summary>
    public IReadOnlyList<ConfigNode> Items { get; } = items;

    /// <inheritdoc/>
    public override bool AsksForNothing => Items.Count == 0;

    /// <inheritdoc/>
    public override string ToString() => Items.Count > 0 ? "a list" : "an empty list";
}
