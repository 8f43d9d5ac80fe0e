namespace Connbeat.Tests.Linux.ProcFs;

/// <summary>What may happen to bytes on their way: they end early, or one of them is another.</summary>
internal static class Damage
{
    /// <summary>Every prefix, and every byte replaced by some others.</summary>
    public static IEnumerable<byte[]> Of(byte[] whole)
    {
        for (int length = 0; length <= whole.Length; length++)
        {
            yield return whole[..length];
        }

        for (int position = 0; position < whole.Length; position++)
        {
            foreach (byte other in (byte[])[0, (byte)'\n', (byte)' ', (byte)')', (byte)':', (byte)'9', 0x80, 0xff])
            {
                byte[] flipped = [.. whole];
                flipped[position] = other;
                yield return flipped;
            }
        }
    }
}
