using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1048577", 1_048_577)]
    [InlineData("7B", 7)]
    [InlineData("64KiB", 65_536)]
    [InlineData("64kB", 64_000)]
    [InlineData("64MiB", 67_108_864)]
    [InlineData("64 MiB", 67_108_864)]
    [InlineData("64MB", 64_000_000)]
    [InlineData("1GiB", 1_073_741_824)]
    [InlineData("2GB", 2_000_000_000)]
    [InlineData("1TiB", 1_099_511_627_776)]
    public void Sizes_are_read(string text, long expected)
    {
        Assert.True(ByteSize.TryParse(text, out long bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("-1")]
    [InlineData("1.5GiB")]
    [InlineData("64M")]
    [InlineData("64MiBs")]
    [InlineData("9999999999TiB")]
    [InlineData("99999999999999999999")]
    public void Anything_else_is_not(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1_000, "1KB")]
    [InlineData(1_024, "1KiB")]
    [InlineData(1_025, "1025")]
    [InlineData(67_108_864, "64MiB")]
    [InlineData(1_099_511_627_776, "1TiB")]
    public void Sizes_are_written_in_the_largest_unit_that_fits(long bytes, string text) =>
        Assert.Equal(text, ByteSize.Format(bytes));
}
