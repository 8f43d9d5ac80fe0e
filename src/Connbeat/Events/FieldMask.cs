using System.Diagnostics.CodeAnalysis;

namespace Connbeat.Events;

/// <summary>
/// Which fields of an object are not written. Null in place of a mask stands for none: the object is written whole. What
/// is not an object itself is hidden where the mask for it hides all that it does not name. One thread uses it.
/// </summary>
/// <remarks>A dotted name of a field is taken apart: <c>labels</c> hides <c>labels.a</c>, whether nested or not.</remarks>
internal sealed class FieldMask : IEquatable<FieldMask>
{
    /// <summary>The mask of what is hidden whole.</summary>
    public static readonly FieldMask Everything = new(hidesOthers: true, [], []);

    private static readonly FieldMask Unknown = new(hidesOthers: false, [], []);

    private readonly string[] _names;
    private readonly FieldMask?[] _masks;
    private FieldMask?[] _byNumber = []; // of fields that were asked for; Unknown for others

    private FieldMask(bool hidesOthers, string[] names, FieldMask?[] masks)
    {
        HidesOthers = hidesOthers;
        _names = names;
        _masks = masks;
    }

    /// <summary>True where fields that it does not name are hidden.</summary>
    public bool HidesOthers { get; }

    /// <summary>Hides these fields and all that is in them.</summary>
    public static FieldMask? Without(IEnumerable<string> names) => names.Aggregate(
        (FieldMask?)null, (mask, name) => Union(mask, Hiding(name.Split('.'))));

    /// <summary>Hides all but these fields and what is in them.</summary>
    public static FieldMask? Only(IEnumerable<string> names) => Showing(Everything, names);

    /// <summary>Hides what one of the two hides.</summary>
    public static FieldMask? Union(FieldMask? one, FieldMask? other)
    {
        if (one is null || other is null)
        {
            return one ?? other;
        }

        FieldMask? mask = one.HidesOthers || other.HidesOthers ? Everything : null;
        foreach (string name in one._names.Union(other._names))
        {
            mask = With(mask, name, Union(one.Member(name), other.Member(name)));
        }

        return mask;
    }

    /// <summary>Hides what <paramref name="mask"/> hides, but not these fields nor what is in them.</summary>
    public static FieldMask? Showing(FieldMask? mask, IEnumerable<string> names) =>
        names.Aggregate(mask, (shown, name) => Showing(shown, name.Split('.')));

    /// <summary>The mask of a field of the object.</summary>
    /// <param name="name">Its name, which may have dots.</param>
    public FieldMask? Under(ReadOnlySpan<char> name)
    {
        FieldMask? mask = this;
        foreach (Range part in name.Split('.'))
        {
            mask = mask.Member(name[part]);
            if (mask is null)
            {
                break;
            }
        }

        return mask;
    }

    /// <summary>The mask of a field of the object.</summary>
    /// <param name="name">Its name, which has no dot.</param>
    public FieldMask? Member(ReadOnlySpan<char> name)
    {
        for (int i = 0; i < _names.Length; i++)
        {
            if (name.SequenceEqual(_names[i]))
            {
                return _masks[i];
            }
        }

        return HidesOthers ? Everything : null;
    }

    /// <summary>The mask of a field that connbeat writes itself, at the cost of a look into an array.</summary>
    public FieldMask? Member(FieldName name)
    {
        FieldMask?[] known = _byNumber;
        return (uint)name.Number < (uint)known.Length && !ReferenceEquals(known[name.Number], Unknown)
            ? known[name.Number]
            : LookUp(name);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] FieldMask? other) => ReferenceEquals(this, other) ||
        (other is not null && HidesOthers == other.HidesOthers && _names.AsSpan().SequenceEqual(other._names) &&
            _masks.AsEnumerable().SequenceEqual(other._masks));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FieldMask);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(HidesOthers, _names.Length);

    private static FieldMask Hiding(ReadOnlySpan<string> path) =>
        path.IsEmpty ? Everything : new FieldMask(hidesOthers: false, [path[0]], [Hiding(path[1..])]);

    private static FieldMask? Showing(FieldMask? mask, ReadOnlySpan<string> path) =>
        mask is null || path.IsEmpty ? null : With(mask, path[0], Showing(mask.Member(path[0]), path[1..]));

    /// <summary>The same but for one field; names stay in order, so that equal masks look alike.</summary>
    private static FieldMask? With(FieldMask? mask, string name, FieldMask? under)
    {
        bool hidesOthers = mask is { HidesOthers: true };
        SortedDictionary<string, FieldMask?> members = new(StringComparer.Ordinal);
        for (int i = 0; i < mask?._names.Length; i++)
        {
            members[mask._names[i]] = mask._masks[i];
        }

        members[name] = under;
        if (ReferenceEquals(under, hidesOthers ? Everything : null))
        {
            members.Remove(name);
        }

        return members.Count == 0
            ? hidesOthers ? Everything : null
            : new FieldMask(hidesOthers, [.. members.Keys], [.. members.Values]);
    }

    private FieldMask? LookUp(FieldName name)
    {
        if (_names.Length == 0)
        {
            return this; // the one that everybody shares
        }

        if (name.Number >= _byNumber.Length)
        {
            FieldMask?[] known = new FieldMask?[FieldName.Count];
            Array.Fill(known, Unknown);
            _byNumber.CopyTo(known, 0);
            _byNumber = known;
        }

        return _byNumber[name.Number] = Member(name.Text.Value.AsSpan());
    }
}
