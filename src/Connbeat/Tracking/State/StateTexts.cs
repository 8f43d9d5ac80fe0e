using System.Buffers.Binary;
using System.Text;
using Connbeat.Linux;

namespace Connbeat.Tracking.State;

/// <summary>
/// The texts at the end of a record of the state file, each as <c>length of UTF-8, 4 | UTF-8</c>; -1 for one that is not
/// known.
/// </summary>
internal static class StateTexts
{
    /// <summary>Characters of a text that are kept, so that no record becomes longer than the longest.</summary>
    private const int Longest = 1 << 15;

    /// <summary>A body whose first bytes, still zero, are followed by the texts.</summary>
    /// <param name="fixedSize">How many bytes are before the texts.</param>
    /// <param name="texts">The texts.</param>
    public static byte[] Body(int fixedSize, params ReadOnlySpan<string?> texts)
    {
        int size = fixedSize;
        foreach (string? text in texts)
        {
            size += 4 + Encoding.UTF8.GetByteCount(Cut(text));
        }

        byte[] body = new byte[size];
        int at = fixedSize;
        foreach (string? text in texts)
        {
            int length = Encoding.UTF8.GetBytes(Cut(text), body.AsSpan(at + 4));
            BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(at), text is null ? -1 : length);
            at += 4 + length;
        }

        return body;
    }

    /// <summary>Takes the next text off <paramref name="texts"/>.</summary>
    /// <exception cref="WireFormatException">There is none, or not the whole of it.</exception>
    public static string? Take(ref ReadOnlySpan<byte> texts)
    {
        if (!BinaryPrimitives.TryReadInt32LittleEndian(texts, out int length) || length > texts.Length - 4)
        {
            throw new WireFormatException($"text of a state record in {texts.Length} bytes left");
        }

        ReadOnlySpan<byte> text = texts.Slice(4, Math.Max(length, 0));
        texts = texts[(4 + text.Length)..];
        return length < 0 ? null : Encoding.UTF8.GetString(text);
    }

    private static ReadOnlySpan<char> Cut(string? text) => text.AsSpan(0, Math.Min(text?.Length ?? 0, Longest));
}
