using Connbeat.Linux;

namespace Connbeat.Tests.Linux;

public sealed class ErrnoNameTests
{
    [Theory]
    [InlineData(111, "ECONNREFUSED")]
    [InlineData(110, "ETIMEDOUT")]
    [InlineData(113, "EHOSTUNREACH")]
    [InlineData(0, null)]
    [InlineData(9_999, null)]
    public void An_error_of_a_connect_has_its_name(int errno, string? name) => Assert.Equal(name, ErrnoName.Of(errno));
}
