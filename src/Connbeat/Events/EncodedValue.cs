namespace Connbeat.Events;

/// <summary>A value in JSON that many events carry, and what is left of it under the masks that it met last.</summary>
internal sealed class EncodedValue(byte[] json)
{
    private const int MostMasks = 4;

    private (FieldMask Mask, byte[] Left)[] _masked = [];
    private int _next;

    /// <summary>The value.</summary>
    public ReadOnlySpan<byte> Json => json;

    /// <summary>What is left of it under a mask; empty where nothing is.</summary>
    public ReadOnlySpan<byte> Under(FieldMask mask)
    {
        foreach ((FieldMask met, byte[] left) in _masked)
        {
            if (ReferenceEquals(met, mask))
            {
                return left;
            }
        }

        return Meet(mask);
    }

    /// <summary>Masks that look alike hide alike.</summary>
    private byte[] Meet(FieldMask mask)
    {
        byte[]? known = Array.Find(_masked, masked => masked.Mask.Equals(mask)).Left;
        byte[] left = known ?? MaskedJson.Of(json, mask);
        if (_masked.Length < MostMasks)
        {
            _masked = [.. _masked, (mask, left)];
        }
        else
        {
            _masked[_next++ % MostMasks] = (mask, left);
        }

        return left;
    }
}
