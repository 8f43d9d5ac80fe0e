using System.Globalization;
using System.Text.Json;

namespace Connbeat.Events;

/// <summary>Writes what a configuration can hold as JSON, with the keys of maps sorted.</summary>
internal static class ConfiguredValue
{
    /// <summary>Writes a string, number, boolean, null, list or map.</summary>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool boolean:
                json.WriteBooleanValue(boolean);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case ulong number:
                json.WriteNumberValue(number);
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case double notANumber: // JSON has no infinity
                json.WriteStringValue(notANumber.ToString(CultureInfo.InvariantCulture));
                break;
            case IReadOnlyDictionary<string, object?> map:
                WriteMap(json, map);
                break;
            case IEnumerable<object?> list:
                WriteList(json, list);
                break;
            default:
                throw new ArgumentException(
                    $"a field of type {value.GetType().Name} has no form in JSON", nameof(value));
        }
    }

    private static void WriteMap(Utf8JsonWriter json, IReadOnlyDictionary<string, object?> map)
    {
        json.WriteStartObject();
        foreach ((string name, object? value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            json.WritePropertyName(name);
            Write(json, value);
        }

        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, IEnumerable<object?> list)
    {
        json.WriteStartArray();
        foreach (object? value in list)
        {
            Write(json, value);
        }

        json.WriteEndArray();
    }
}
