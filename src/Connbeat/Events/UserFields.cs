namespace Connbeat.Events;

/// <summary>
/// The user's own <c>tags</c> and <c>fields</c>, encoded once and copied into every event at their alphabetical place.
/// With <c>fields_under_root</c> each field stands at the root of the event, except where an event has a field of that
/// name itself: then the event's own wins and the user's is left out.
/// </summary>
internal sealed class UserFields
{
    private readonly Entry[] _entries;
    private int _written;

    /// <summary>Encodes the fields of a host.</summary>
    /// <param name="host">Whose.</param>
    /// <param name="isOwn">True for a name that the event has itself.</param>
    /// <exception cref="ArgumentException">A value is none of those that a configuration can hold.</exception>
    public UserFields(HostFacts host, Func<string, bool> isOwn)
    {
        Dictionary<string, object?> entries = new(StringComparer.Ordinal);
        if (host.Tags.Count > 0)
        {
            entries["tags"] = host.Tags;
        }

        if (host.FieldsUnderRoot)
        {
            foreach ((string name, object? value) in host.Fields.Where(field => !isOwn(field.Key)))
            {
                entries[name] = value;
            }
        }
        else if (host.Fields.Count > 0)
        {
            entries["fields"] = host.Fields;
        }

        _entries = [.. entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => new Entry(entry.Key, new EncodedValue(EventJson.Encode(json => ConfiguredValue.Write(json, entry.Value)))))];
    }

    /// <summary>True while there is something to write into the event.</summary>
    public bool AreWaiting => _written < _entries.Length;

    /// <summary>Begins an event.</summary>
    public void Begin() => _written = 0;

    /// <summary>Writes what still waits and comes before <paramref name="own"/>, the event's next field.</summary>
    public void WriteBefore(FieldWriter fields, FieldName own)
    {
        while (AreWaiting && string.CompareOrdinal(_entries[_written].Name, own.Text.Value) < 0)
        {
            WriteNext(fields);
        }
    }

    /// <summary>Writes what still waits.</summary>
    public void WriteRest(FieldWriter fields)
    {
        while (AreWaiting)
        {
            WriteNext(fields);
        }
    }

    private void WriteNext(FieldWriter fields)
    {
        Entry entry = _entries[_written++];
        fields.Value(entry.Name, entry.Value);
    }

    /// <summary>A field and its value in JSON.</summary>
    private readonly record struct Entry(string Name, EncodedValue Value);
}
