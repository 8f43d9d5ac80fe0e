namespace Connbeat.Events;

/// <summary>The id of an event: 128 bits, written as 32 hexadecimal digits.</summary>
internal readonly record struct EventId(UInt128 Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("x32", null);
}
