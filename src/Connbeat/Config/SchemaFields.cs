using System.Text.Json;

namespace Connbeat.Config;

/// <summary>The fields of one published form of events, as its JSON Schema has them.</summary>
internal sealed class SchemaFields
{
    private static readonly Lazy<SchemaFields> Connbeat = new(() => new SchemaFields("connbeat.schema.json"));
    private static readonly Lazy<SchemaFields> Ecs = new(() => new SchemaFields("connbeat-ecs.schema.json"));

    private readonly JsonElement _root;
    private readonly Dictionary<string, FieldKind> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FieldKind> _open = new(StringComparer.Ordinal);

    private SchemaFields(string resource)
    {
        using Stream file = typeof(SchemaFields).Assembly.GetManifestResourceStream(resource) ??
            throw new InvalidOperationException($"{resource} is not in this build");
        using JsonDocument document = JsonDocument.Parse(file);
        _root = document.RootElement.Clone();
        Add(_root, prefix: "");
    }

    /// <summary>Every field but those whose names others choose, such as labels.</summary>
    public IEnumerable<string> Names => _kinds.Keys;

    /// <summary>The fields of a schema.</summary>
    public static SchemaFields Of(EventSchema schema) => schema is EventSchema.Ecs ? Ecs.Value : Connbeat.Value;

    /// <summary>What a field is; null where the schema has none of that name.</summary>
    public FieldKind? KindOf(string name)
    {
        if (_kinds.TryGetValue(name, out FieldKind kind))
        {
            return kind;
        }

        foreach ((string prefix, FieldKind member) in _open)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return member;
            }
        }

        return null;
    }

    private void Add(JsonElement section, string prefix)
    {
        foreach (JsonProperty field in section.GetProperty("properties").EnumerateObject())
        {
            JsonElement schema = Resolve(field.Value, out bool isAddress);
            string name = prefix + field.Name;
            _kinds[name] = isAddress ? FieldKind.Address : KindOf(schema);
            if (_kinds[name] is not FieldKind.Section)
            {
                continue;
            }

            if (schema.TryGetProperty("additionalProperties", out JsonElement others) &&
                others.ValueKind is JsonValueKind.Object)
            {
                _open[name + "."] = KindOf(others);
            }

            if (schema.TryGetProperty("properties", out _))
            {
                Add(schema, name + ".");
            }
        }
    }

    private FieldKind KindOf(JsonElement schema)
    {
        string type = schema.TryGetProperty("type", out JsonElement types) ? types.ToString() : "string"; // an enum or a const
        return type switch
        {
            "integer" => FieldKind.Number,
            "boolean" => FieldKind.Boolean,
            _ when type.Contains("array", StringComparison.Ordinal) => KindOfItems(schema.GetProperty("items")),
            "object" => FieldKind.Section,
            _ => FieldKind.Text,
        };
    }

    private FieldKind KindOfItems(JsonElement items) => Resolve(items, out bool isAddress) switch
    {
        _ when isAddress => FieldKind.Addresses,
        { } item when KindOf(item) is FieldKind.Text => FieldKind.Texts,
        _ => FieldKind.Section,
    };

    /// <summary>The definition that a schema refers to, else the schema.</summary>
    private JsonElement Resolve(JsonElement schema, out bool isAddress)
    {
        isAddress = false;
        if (!schema.TryGetProperty("$ref", out JsonElement reference))
        {
            return schema;
        }

        string name = reference.GetString()!["#/$defs/".Length..];
        isAddress = name == "address";
        return _root.GetProperty("$defs").GetProperty(name);
    }
}
