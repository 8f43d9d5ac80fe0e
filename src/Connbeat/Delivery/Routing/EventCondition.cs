using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Connbeat.Conditions;
using Connbeat.Config;
using Connbeat.Linux;

namespace Connbeat.Delivery.Routing;

/// <summary>
/// A condition, asked of an encoded event: of what its reader sees, so what processors have dropped is missing, and secrets
/// are masked.
/// </summary>
internal abstract class EventCondition
{
    /// <summary>True where it holds of an event.</summary>
    /// <param name="json">The event.</param>
    public abstract bool Holds(ReadOnlySpan<byte> json);

    /// <summary>Makes a checked condition ready.</summary>
    /// <param name="options">The condition.</param>
    /// <param name="schema">The form in which events come.</param>
    public static EventCondition Of(ConditionOptions options, EventSchema schema) => options switch
    {
        ConditionOptions.IsEqual equal => OfField(equal.Field, new EqualTest(equal.Value), schema),
        ConditionOptions.Contains contains => OfField(contains.Field, new ContainsTest(contains.Text), schema),
        ConditionOptions.Matches matches => OfField(matches.Field, new RegexTest(matches.Pattern), schema),
        ConditionOptions.InRange range => OfField(range.Field, new RangeTest(range.Range), schema),
        ConditionOptions.InNetwork network => OfField(network.Field, new NetworkTest(network.Networks), schema),
        ConditionOptions.All all => new AllCondition([.. all.Of.Select(one => Of(one, schema))]),
        ConditionOptions.Any any => new AnyCondition([.. any.Of.Select(one => Of(one, schema))]),
        ConditionOptions.Not not => new NotCondition(Of(not.One, schema)),
        _ => throw new ArgumentException($"{options.GetType().Name} is no condition", nameof(options)),
    };

    private static FieldCondition OfField(string name, ValueTest test, EventSchema schema) => new(
        Encoding.UTF8.GetBytes(name), test, SchemaFields.Of(schema).KindOf(name) is FieldKind.Address or FieldKind.Addresses);

    private sealed class AllCondition(EventCondition[] of) : EventCondition
    {
        public override bool Holds(ReadOnlySpan<byte> json)
        {
            foreach (EventCondition one in of)
            {
                if (!one.Holds(json))
                {
                    return false;
                }
            }

            return true;
        }
    }

    private sealed class AnyCondition(EventCondition[] of) : EventCondition
    {
        public override bool Holds(ReadOnlySpan<byte> json)
        {
            foreach (EventCondition one in of)
            {
                if (one.Holds(json))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private sealed class NotCondition(EventCondition one) : EventCondition
    {
        public override bool Holds(ReadOnlySpan<byte> json) => !one.Holds(json);
    }

    private sealed class FieldCondition(byte[] name, ValueTest test, bool isAddress) : EventCondition
    {
        private readonly ArrayBufferWriter<char> _text = new();

        public override bool Holds(ReadOnlySpan<byte> json)
        {
            if (!EventField.TryFind(json, name, out Utf8JsonReader value))
            {
                return false;
            }

            return value.TokenType is JsonTokenType.StartArray ? HoldsOfAny(ref value) : Passes(ref value);
        }

        private bool HoldsOfAny(ref Utf8JsonReader value)
        {
            try
            {
                while (value.Read() && value.TokenType is not JsonTokenType.EndArray)
                {
                    if (Passes(ref value))
                    {
                        return true;
                    }

                    value.Skip();
                }
            }
            catch (Exception fault) when (EventField.IsOfText(fault))
            {
                return false;
            }

            return false;
        }

        private bool Passes(ref Utf8JsonReader value)
        {
            switch (value.TokenType)
            {
                case JsonTokenType.True or JsonTokenType.False:
                    return test.Passes(value.GetBoolean());

                case JsonTokenType.Number:
                    return value.TryGetInt64(out long whole) ? test.Passes(whole)
                        : value.TryGetDouble(out double number) && test.Passes(number);
            }

            _text.ResetWrittenCount();
            if (!EventField.TryAppend(ref value, _text))
            {
                return false;
            }

            return isAddress && IPAddress.TryParse(_text.WrittenSpan, out IPAddress? address)
                ? test.Passes(InetAddress.From(address))
                : test.Passes(_text.WrittenSpan);
        }
    }
}
