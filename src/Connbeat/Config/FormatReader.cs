namespace Connbeat.Config;

/// <summary>Reads texts that events complete; what is wrong becomes a fault, and null is returned.</summary>
/// <param name="reading">The reading.</param>
/// <param name="fields">The fields that an event can have as it is sent.</param>
internal sealed class FormatReader(ConfigReading reading, EventFields fields)
{
    /// <summary>What such a text is, for a fault to say.</summary>
    public const string Expected = "text, in which %{[field]} and %{+yyyy.MM.dd} may stand";

    /// <summary>One text, not empty.</summary>
    public FormatString? Read(ConfigNode node)
    {
        if (node is not ConfigScalar { IsEmpty: false, Written.Length: > 0 } scalar)
        {
            return Fault(node, $"is {node}; expected {Expected}");
        }

        if (reading.Placeholders.Replace(scalar.Written, out string? problem) is not { } text)
        {
            return Fault(node, $"is {node}: {problem}");
        }

        if (!FormatString.TryParse(text, out FormatString? format, out problem))
        {
            return Fault(node, problem);
        }

        bool isRight = true;
        foreach (FormatPart.Field field in format.Parts.OfType<FormatPart.Field>())
        {
            isRight &= IsOneValue(node, field.Name);
        }

        return isRight ? format : null;
    }

    private bool IsOneValue(ConfigNode node, string field)
    {
        string? problem = fields.KindOf(field) switch
        {
            null when fields.Nearest(field) is { } meant => $"which no event has that is sent there; did you mean {meant}?",
            null => "which no event has that is sent there",
            FieldKind.Section => "which is a section; expected a field in it",
            FieldKind.Texts or FieldKind.Addresses => "which is a list; expected a field with one value",
            _ => null,
        };
        if (problem is not null)
        {
            Fault(node, $"names {field}, {problem}");
        }

        return problem is null;
    }

    private FormatString? Fault(ConfigNode node, string message)
    {
        reading.Fault(node.Origin, $"{node.Path} {message}");
        return null;
    }
}
