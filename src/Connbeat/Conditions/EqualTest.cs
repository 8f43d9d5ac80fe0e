using System.Globalization;
using System.Net;
using Connbeat.Config;
using Connbeat.Linux;

namespace Connbeat.Conditions;

/// <summary>Is the value this one? A number, a boolean and an address are what the text spells.</summary>
internal sealed class EqualTest : ValueTest
{
    private readonly string _text;
    private readonly long? _whole;
    private readonly double? _number;
    private readonly bool? _boolean;
    private readonly InetAddress? _address;

    public EqualTest(string text)
    {
        _text = text;
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number))
        {
            _number = (double)number;
            _whole = number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue ? (long)number : null;
        }

        _boolean = text switch { "true" => true, "false" => false, _ => null };
        _address = NetworkRange.TryParseAddress(text, out IPAddress? address) ? InetAddress.From(address) : null;
    }

    /// <inheritdoc/>
    public override bool Passes(ReadOnlySpan<char> text) => text.SequenceEqual(_text);

    /// <inheritdoc/>
    public override bool Passes(long number) => number == _whole;

    /// <inheritdoc/>
    public override bool Passes(double number) => number == _number;

    /// <inheritdoc/>
    public override bool Passes(bool boolean) => boolean == _boolean;

    /// <inheritdoc/>
    public override bool Passes(InetAddress address) => address == _address;
}
