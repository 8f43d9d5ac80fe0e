using Connbeat.Conditions;
using Connbeat.Events;

namespace Connbeat.Processing.Fields;

/// <summary>One of the user's own fields: every event has it, with the same value.</summary>
internal sealed class OwnField(object? value) : EventField
{
    /// <inheritdoc/>
    public override bool Passes(ConnectionEvent happened, ValueTest test) => value switch
    {
        string text => test.Passes(text),
        bool boolean => test.Passes(boolean),
        long number => test.Passes(number),
        double number => test.Passes(number),
        IReadOnlyList<object?> list => list.OfType<string>().Any(text => test.Passes(text)),
        _ => false,
    };

    /// <summary>The field of that name; null where there is none.</summary>
    /// <param name="name">Its name below <paramref name="fields"/>, which may lead through sections of them.</param>
    /// <param name="fields">The setting <c>fields</c>, or a section of it.</param>
    public static OwnField? Find(string name, IReadOnlyDictionary<string, object?> fields)
    {
        if (fields.TryGetValue(name, out object? value))
        {
            return new OwnField(value);
        }

        for (int dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            if (fields.TryGetValue(name[..dot], out value) && value is IReadOnlyDictionary<string, object?> section &&
                Find(name[(dot + 1)..], section) is { } field)
            {
                return field;
            }
        }

        return null;
    }
}
