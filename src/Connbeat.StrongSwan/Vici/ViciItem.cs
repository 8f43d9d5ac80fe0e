using System.Text;

namespace Connbeat.StrongSwan.Vici;

/// <summary>One thing of a section: a value, a list of values, or a section again. Names and values are bytes, mostly UTF-8.</summary>
internal readonly struct ViciItem
{
    private readonly ReadOnlyMemory<byte> _value;

    private ViciItem(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value, IReadOnlyList<ReadOnlyMemory<byte>>? list, ViciSection? section)
    {
        Name = name;
        _value = value;
        List = list;
        Section = section;
    }

    /// <summary>What it is called: at most 255 bytes.</summary>
    public ReadOnlyMemory<byte> Name { get; }

    /// <summary>The value; empty where this is a list or a section.</summary>
    public ReadOnlySpan<byte> Value => _value.Span;

    /// <summary>The values; null where this is no list.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? List { get; }

    /// <summary>The section; null where this is none.</summary>
    public ViciSection? Section { get; }

    /// <summary>The name as text.</summary>
    public string NameText => Encoding.UTF8.GetString(Name.Span);

    /// <summary>A value.</summary>
    public static ViciItem OfValue(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value) => new(name, value, null, null);

    /// <summary>A list.</summary>
    public static ViciItem OfList(ReadOnlyMemory<byte> name, IReadOnlyList<ReadOnlyMemory<byte>> values) => new(name, default, values, null);

    /// <summary>A section.</summary>
    public static ViciItem OfSection(ReadOnlyMemory<byte> name, ViciSection section) => new(name, default, null, section);
}
