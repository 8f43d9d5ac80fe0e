using Connbeat.Linux;

namespace Connbeat.Tests.Linux;

public sealed class Crc32CTests
{
    /// <summary>RFC 3720, B.4.</summary>
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8a9136aau)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0x62a8ab43u)]
    [InlineData("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 0x46dd794eu)]
    [InlineData("313233343536373839", 0xe3069283u)]
    public void The_checksum_is_that_of_the_standard(string bytes, uint checksum) =>
        Assert.Equal(checksum, Crc32C.Of(Convert.FromHexString(bytes)));
}
