using Connbeat.StrongSwan.Vici;

namespace Connbeat.Tests.StrongSwan.Vici;

public sealed class ViciAddressTests
{
    [Theory]
    [InlineData("/var/run/charon.vici", "/var/run/charon.vici")]
    [InlineData("unix:///run/charon.vici", "/run/charon.vici")]
    [InlineData("tcp://127.0.0.1:4502", "127.0.0.1:4502")]
    [InlineData("localhost:4502", "localhost:4502")]
    [InlineData("tcp://[::1]:4502", "[::1]:4502")]
    public void An_address_is_a_path_or_a_host_and_port(string text, string expected)
    {
        Assert.True(ViciAddress.TryParse(text, out ViciAddress? address));

        Assert.Equal(expected, address.ToString());
        using var socket = address.MakeSocket();
        Assert.False(socket.Connected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("charon.vici")]
    [InlineData("unix://charon.vici")]
    [InlineData("tcp://localhost")]
    [InlineData("tcp://localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData("http://localhost:4502")]
    [InlineData("/run/\0")]
    public void Anything_else_is_none(string text) => Assert.False(ViciAddress.TryParse(text, out _));

    [Fact]
    public void A_path_that_no_socket_can_have_is_none() => Assert.False(ViciAddress.TryParse($"/{new string('x', 107)}", out _));
}
