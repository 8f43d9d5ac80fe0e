namespace Connbeat.Config;

/// <summary>The fields that events can have: those of the schemas, and the user's own.</summary>
/// <param name="known">The schemas whose fields may be named.</param>
/// <param name="used">The schemas in which events are sent.</param>
/// <param name="own">The setting <c>fields</c>.</param>
/// <param name="ownAreAtTheRoot">The setting <c>fields_under_root</c>.</param>
internal sealed class EventFields(
    IReadOnlyCollection<EventSchema> known,
    IReadOnlyCollection<EventSchema> used,
    IReadOnlyDictionary<string, object?> own,
    bool ownAreAtTheRoot)
{
    private readonly Dictionary<string, FieldKind> _own = OwnFields(own, ownAreAtTheRoot ? "" : "fields.");

    /// <summary>Those of all schemas may be named, whichever is sent.</summary>
    /// <param name="used">The schemas in which events are sent.</param>
    /// <param name="own">The setting <c>fields</c>.</param>
    /// <param name="ownAreAtTheRoot">The setting <c>fields_under_root</c>.</param>
    public EventFields(
        IReadOnlyCollection<EventSchema> used, IReadOnlyDictionary<string, object?> own, bool ownAreAtTheRoot)
        : this(Enum.GetValues<EventSchema>(), used, own, ownAreAtTheRoot)
    {
    }

    /// <summary>What a field is; null where no event has it. One name may be an object in the other schema.</summary>
    public FieldKind? KindOf(string name)
    {
        FieldKind? kind = null;
        foreach (EventSchema schema in known)
        {
            kind = kind is null or FieldKind.Section ? SchemaFields.Of(schema).KindOf(name) ?? kind : kind;
        }

        return kind ?? (_own.TryGetValue(name, out FieldKind ownKind) ? ownKind : null);
    }

    /// <summary>True where an event as it is sent can have the field.</summary>
    public bool IsSent(string name) =>
        _own.ContainsKey(name) || used.Any(schema => SchemaFields.Of(schema).KindOf(name) is not null);

    /// <summary>What someone probably meant who wrote a name that no event has.</summary>
    public string? Nearest(string name)
    {
        string[] names = [.. known.SelectMany(schema => SchemaFields.Of(schema).Names), .. _own.Keys];
        return Spelling.Nearest(name, names) ??
            Array.Find(names, field => field.EndsWith($".{name}", StringComparison.Ordinal));
    }

    private static Dictionary<string, FieldKind> OwnFields(IReadOnlyDictionary<string, object?> fields, string prefix)
    {
        Dictionary<string, FieldKind> kinds = new(StringComparer.Ordinal);
        foreach ((string name, object? value) in fields)
        {
            kinds[prefix + name] = KindOf(value);
            if (value is IReadOnlyDictionary<string, object?> section)
            {
                foreach ((string inner, FieldKind kind) in OwnFields(section, $"{prefix}{name}."))
                {
                    kinds[inner] = kind;
                }
            }
        }

        return kinds;
    }

    private static FieldKind KindOf(object? value) => value switch
    {
        string => FieldKind.Text,
        bool => FieldKind.Boolean,
        long or double => FieldKind.Number,
        IReadOnlyList<object?> list when list.All(item => item is string) => FieldKind.Texts,
        _ => FieldKind.Section,
    };
}
