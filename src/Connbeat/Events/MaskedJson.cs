using System.Text.Json;

namespace Connbeat.Events;

/// <summary>Takes away from a value in JSON what a mask hides. For values that are kept: it is not cheap.</summary>
internal static class MaskedJson
{
    /// <summary>What is left of a value; empty where nothing is.</summary>
    public static byte[] Of(ReadOnlySpan<byte> json, FieldMask mask)
    {
        Utf8JsonReader reader = new(json);
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            return mask.HidesOthers ? [] : json.ToArray();
        }

        List<(string Name, byte[] Value)> left = [];
        bool isMissingSome = mask.HidesOthers;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            ReadOnlySpan<byte> value = json[start..(int)reader.BytesConsumed];
            byte[] rest = mask.Under(name) is { } under ? Of(value, under) : value.ToArray();
            if (rest.Length > 0)
            {
                left.Add((name, rest));
            }
            else
            {
                isMissingSome = true;
            }
        }

        return left.Count == 0 && isMissingSome ? [] : EventJson.Encode(to => Write(to, left));
    }

    private static void Write(Utf8JsonWriter json, List<(string Name, byte[] Value)> fields)
    {
        json.WriteStartObject();
        foreach ((string name, byte[] value) in fields)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value, skipInputValidation: true);
        }

        json.WriteEndObject();
    }
}
