using System.Buffers.Text;
using System.Text;

namespace Connbeat.StrongSwan.Vici;

/// <summary>A section of a message, and the message itself, which is one without a name. Keeps the order of the wire.</summary>
internal sealed class ViciSection(IReadOnlyList<ViciItem> items)
{
    /// <summary>A section with nothing in it.</summary>
    public static readonly ViciSection Empty = new([]);

    /// <summary>What is in it, in the order of the wire.</summary>
    public IReadOnlyList<ViciItem> Items { get; } = items;

    /// <summary>The sections in it, with their names.</summary>
    public IEnumerable<(string Name, ViciSection Section)> Sections
    {
        get
        {
            foreach (ViciItem item in Items)
            {
                if (item.Section is { } section)
                {
                    yield return (item.NameText, section);
                }
            }
        }
    }

    /// <summary>A value as it is on the wire; empty where there is none.</summary>
    public ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> name)
    {
        foreach (ViciItem item in Items)
        {
            if (item.Section is null && item.List is null && item.Name.Span.SequenceEqual(name))
            {
                return item.Value;
            }
        }

        return default;
    }

    /// <summary>A value as text; empty where there is none.</summary>
    public string Text(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(Bytes(name));

    /// <summary>A value as a decimal number; 0 where there is none, or it is no number.</summary>
    public long Number(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> value = Bytes(name);
        return Utf8Parser.TryParse(value, out long number, out int read) && read == value.Length ? number : 0;
    }

    /// <summary>True where the value is <c>yes</c>.</summary>
    public bool Flag(ReadOnlySpan<byte> name) => Bytes(name).SequenceEqual("yes"u8);

    /// <summary>A section in it; an empty one where there is none.</summary>
    public ViciSection Section(ReadOnlySpan<byte> name)
    {
        foreach (ViciItem item in Items)
        {
            if (item.Section is { } section && item.Name.Span.SequenceEqual(name))
            {
                return section;
            }
        }

        return Empty;
    }

    /// <summary>The values of a list; none where there is no such list.</summary>
    public IReadOnlyList<string> List(ReadOnlySpan<byte> name)
    {
        foreach (ViciItem item in Items)
        {
            if (item.List is { } list && item.Name.Span.SequenceEqual(name))
            {
                return [.. list.Select(value => Encoding.UTF8.GetString(value.Span))];
            }
        }

        return [];
    }
}
