using System.Text.Json;

namespace Connbeat.Events;

/// <summary>The name of a field that connbeat writes itself, escaped once, with a number by which masks find it.</summary>
internal sealed class FieldName
{
    private static int _count;

    /// <summary>Takes a name that stands in every event alike.</summary>
    public FieldName(string name)
    {
        Text = JsonEncodedText.Encode(name);
        Number = Interlocked.Increment(ref _count) - 1;
    }

    /// <summary>How many there are so far.</summary>
    public static int Count => Volatile.Read(ref _count);

    /// <summary>The name.</summary>
    public JsonEncodedText Text { get; }

    /// <summary>From 0, a number that no other name has.</summary>
    public int Number { get; }

    /// <summary>A name is written as text.</summary>
    public static implicit operator JsonEncodedText(FieldName name) => name.Text;
}
