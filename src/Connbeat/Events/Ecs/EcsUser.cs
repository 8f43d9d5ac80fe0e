using System.Globalization;
using System.Text.Json;

namespace Connbeat.Events.Ecs;

/// <summary>A user as events tell it: the object <c>user</c> and the array <c>related.user</c>.</summary>
internal sealed class EcsUser
{
    private readonly uint? _id;
    private readonly string? _name;
    private readonly byte[] _related;

    /// <summary>Encodes a user of whom one or the other is known.</summary>
    public EcsUser(uint? id, string? name)
    {
        _id = id;
        _name = name;
        string? number = id?.ToString(CultureInfo.InvariantCulture);
        Value = new EncodedValue(EventJson.Encode(json => Write(json, number, name)));
        _related = EventJson.Encode(json => WriteRelated(json, number, name));
    }

    /// <summary>The object <c>user</c>.</summary>
    public EncodedValue Value { get; }

    /// <summary>The array <c>related.user</c>.</summary>
    public ReadOnlySpan<byte> Related => _related;

    /// <summary>True for the same user.</summary>
    public bool Is(uint? id, string? name) => _id == id && _name == name;

    private static void Write(Utf8JsonWriter json, string? id, string? name)
    {
        json.WriteStartObject();
        json.Text(FieldNames.Id, id);
        json.Text(FieldNames.Name, name);
        json.WriteEndObject();
    }

    private static void WriteRelated(Utf8JsonWriter json, string? id, string? name)
    {
        json.WriteStartArray();
        if (id is not null)
        {
            json.WriteStringValue(id);
        }

        if (name is not null && name != id)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }
}
