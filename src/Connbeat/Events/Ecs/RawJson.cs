namespace Connbeat.Events.Ecs;

/// <summary>
/// A short JSON text that is put together by hand, in place, for each event anew: from parts that need no escaping, in
/// less time than Utf8JsonWriter takes for its many small calls.
/// </summary>
/// <param name="longest">The most bytes that it can have.</param>
internal sealed class RawJson(int longest)
{
    private readonly byte[] _bytes = new byte[longest];

    /// <summary>How long it is so far.</summary>
    public int Length { get; private set; }

    /// <summary>What it is so far.</summary>
    public ReadOnlySpan<byte> Json => _bytes.AsSpan(0, Length);

    /// <summary>What is free, for who writes there; <see cref="Advance"/> takes it.</summary>
    public Span<byte> Rest => _bytes.AsSpan(Length);

    /// <summary>Begins again.</summary>
    public void Clear() => Length = 0;

    /// <summary>Takes what was written to <see cref="Rest"/>.</summary>
    public void Advance(int length) => Length += length;

    /// <summary>Appends JSON.</summary>
    public void Append(ReadOnlySpan<byte> json)
    {
        json.CopyTo(Rest);
        Length += json.Length;
    }

    /// <summary>Appends a number.</summary>
    public void Append(long number)
    {
        number.TryFormat(Rest, out int digits);
        Length += digits;
    }
}
