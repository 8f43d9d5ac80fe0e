using System.Text;
using Connbeat.Linux;

namespace Connbeat.Conditions;

/// <summary>What a condition asks of a value. A value of a type that it does not ask about fails.</summary>
internal abstract class ValueTest
{
    /// <summary>True where a text passes.</summary>
    public virtual bool Passes(ReadOnlySpan<char> text) => false;

    /// <summary>True where a text passes that many events may share.</summary>
    public virtual bool Passes(string text) => Passes(text.AsSpan());

    /// <summary>True where a whole number passes.</summary>
    public virtual bool Passes(long number) => false;

    /// <summary>True where a number passes.</summary>
    public virtual bool Passes(double number) => false;

    /// <summary>True where a boolean passes.</summary>
    public virtual bool Passes(bool boolean) => false;

    /// <summary>True where an address passes; its text, unless more is known of it.</summary>
    public virtual bool Passes(InetAddress address)
    {
        Span<byte> ascii = stackalloc byte[InetAddressText.Longest];
        return PassesAscii(ascii[..address.FormatUtf8(ascii)]);
    }

    /// <summary>True where a short text in ASCII passes.</summary>
    public bool PassesAscii(ReadOnlySpan<byte> text)
    {
        Span<char> characters = stackalloc char[text.Length];
        Encoding.ASCII.GetChars(text, characters);
        return Passes(characters);
    }
}
