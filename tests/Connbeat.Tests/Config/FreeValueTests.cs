using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class FreeValueTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("null", null)]
    [InlineData("true", true)]
    [InlineData("False", false)]
    [InlineData("yes", "yes")]
    [InlineData("-12", -12L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775808", "9223372036854775808")]
    [InlineData("1.5", 1.5)]
    [InlineData("1e3", 1000.0)]
    [InlineData("1e999", "1e999")]
    [InlineData(".nan", ".nan")]
    [InlineData("007", "007")]
    [InlineData("0x1f", "0x1f")]
    [InlineData("1.", "1.")]
    [InlineData("12\n", "12\n")]
    [InlineData("2026-01-02", "2026-01-02")]
    public void A_plain_value_is_what_json_would_make_of_it(string plain, object? expected) =>
        Assert.Equal(expected, FreeValue.Of(plain));
}
