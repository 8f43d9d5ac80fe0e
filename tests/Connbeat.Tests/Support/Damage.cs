using Connbeat.Linux;

namespace Connbeat.Tests.Support;

/// <summary>The contract of a wire parser: any bytes at all give a value or a <see cref="WireFormatException"/>.</summary>
internal static class Damage
{
    /// <summary>Parses something; what it makes of it does not matter.</summary>
    public delegate void Parser(ReadOnlySpan<byte> bytes);

    /// <summary>Feeds every prefix of <paramref name="whole"/>, and many copies with some bytes overwritten.</summary>
    /// <returns>How many of the damaged inputs were refused.</returns>
    public static int Inflict(byte[] whole, Parser parse, int rounds = 50_000, int seed = 20_26) =>
        Inflict<WireFormatException>(whole, parse, rounds, seed);

    /// <summary>The same, for a parser that refuses in words of its own.</summary>
    public static int Inflict<TRefusal>(byte[] whole, Parser parse, int rounds = 50_000, int seed = 20_26)
        where TRefusal : Exception
    {
        int refused = 0;
        for (int length = 0; length <= whole.Length; length++)
        {
            refused += Refuses<TRefusal>(whole.AsSpan(0, length), parse) ? 1 : 0;
        }

        Random random = new(seed);
        for (int round = 0; round < rounds; round++)
        {
            byte[] damaged = whole.AsSpan(0, random.Next(1, whole.Length + 1)).ToArray();
            for (int blows = random.Next(1, 4); blows > 0; blows--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            refused += Refuses<TRefusal>(damaged, parse) ? 1 : 0;
        }

        return refused;
    }

    private static bool Refuses<TRefusal>(ReadOnlySpan<byte> bytes, Parser parse)
        where TRefusal : Exception
    {
        try
        {
            parse(bytes);
            return false;
        }
        catch (TRefusal)
        {
            return true;
        }
    }
}
