using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class HttpAddressTests
{
    [Theory]
    [InlineData("collector", "http://collector/", "http://collector:80")]
    [InlineData("collector:8080", "http://collector:8080/", "http://collector:8080")]
    [InlineData("https://collector", "https://collector/", "https://collector:443")]
    [InlineData("https://collector:80/in", "https://collector:80/in", "https://collector:80")]
    [InlineData("HTTP://Collector/In/", "http://collector/In/", "http://collector:80")]
    [InlineData("collector/in?a=b#part", "http://collector/in?a=b", "http://collector:80")]
    [InlineData("192.0.2.7:81", "http://192.0.2.7:81/", "http://192.0.2.7:81")]
    [InlineData("[2001:db8::7]:81/in", "http://[2001:db8::7]:81/in", "http://[2001:db8::7]:81")]
    [InlineData("http://u:p@collector/", "http://collector/", "http://collector:80")]
    [InlineData("http://collector/a%2Fb%20c?d=%26", "http://collector/a%2Fb%20c?d=%26", "http://collector:80")]
    public void An_address_is_read_as_it_is_meant_and_shown_without_what_may_be_secret(
        string written, string uri, string shown)
    {
        HttpAddress address = Parse(written)!;

        Assert.Equal((uri, shown), (address.Uri.AbsoluteUri, address.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://")]
    [InlineData("ftp://collector")]
    [InlineData("unix:///run/collector")]
    [InlineData("2001:db8::7")]
    [InlineData("collector:port")]
    [InlineData("collector:0")]
    [InlineData("collector:65536")]
    [InlineData("http://u:p/w@collector")]
    public void What_is_no_address_of_a_web_server_is_refused(string written) => Assert.Null(Parse(written));

    [Theory]
    [InlineData("collector", "in", "http://collector/in")]
    [InlineData("collector/", "/in/b", "http://collector/in/b")]
    [InlineData("collector?a=b", "in", "http://collector/in?a=b")]
    [InlineData("collector/own", "in", "http://collector/own")]
    public void The_path_stands_where_the_address_has_none(string written, string path, string uri) =>
        Assert.Equal(uri, Parse(written, path: path)!.Uri.AbsoluteUri);

    [Theory]
    [InlineData("collector", "http://collector/?p1=v1&p%3D2=a%20b%26")]
    [InlineData("collector?", "http://collector/?p1=v1&p%3D2=a%20b%26")]
    [InlineData("collector/foo?api_key=x", "http://collector/foo?api_key=x&p1=v1&p%3D2=a%20b%26")]
    public void Parameters_are_joined_to_the_query(string written, string uri) =>
        Assert.Equal(
            uri, Parse(written, parameters: [new("p1", new Secret("v1")), new("p=2", new Secret("a b&"))])!.Uri.AbsoluteUri);

    [Fact]
    public void The_protocol_stands_where_the_address_has_none()
    {
        Assert.Equal("https://collector/", Parse("collector", "https")!.Uri.AbsoluteUri);
        Assert.Equal("http://collector/", Parse("http://collector", "https")!.Uri.AbsoluteUri);
    }

    [Theory]
    [InlineData("collector", null, null)]
    [InlineData("http://zo%C3%AB@collector", "zoë", null)]
    [InlineData("zo%3A:p%40:w@collector", "zo:", "p@:w")]
    public void A_user_is_taken_out_of_the_address(string written, string? user, string? password)
    {
        HttpAddress address = Parse(written)!;

        Assert.Equal((user, password, ""), (address.User, address.Password?.Value, address.Uri.UserInfo));
    }

    private static HttpAddress? Parse(
        string written, string protocol = "http", string path = "",
        params KeyValuePair<string, Secret>[] parameters) =>
        HttpAddress.Parse(written, protocol, path, parameters);
}
