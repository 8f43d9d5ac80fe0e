using System.Text;
using Connbeat.Enrichment;
using Connbeat.Enrichment.Docker;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment.Docker;

public sealed class ContainerInspectionTests
{
    private static readonly ContainerHost Host = new("berlin-07", ["192.0.2.17"]);

    [Fact]
    public void All_that_events_tell_of_a_container_is_read()
    {
        ContainerInspection web = Parse(FakeEngine.Read("inspect-web.json"), "PATH", "SHOP_TIER", "LANG");

        Assert.Equal(FakeEngine.Web, web.Id);
        Assert.Equal("/shop-web-1", web.Name);
        Assert.Equal("nginx:1.27", web.Image);
        Assert.Equal(
            [
                ("com.docker.compose.project", "shop"),
                ("com.docker.compose.service", "web"),
                ("maintainer", "NGINX Docker Maintainers <docker-maint@nginx.com>"),
                ("org.example.empty", ""),
                ("org.example.größe", "übergroß / \"L\""),
            ],
            web.Labels.Select(label => (label.Key, label.Value)));
    }

    [Fact]
    public void Only_the_variables_that_are_asked_for_are_kept_and_case_matters()
    {
        string json = FakeEngine.Read("inspect-web.json");

        Assert.Equal(
            ["SHOP_TIER=front", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            Parse(json, "PATH", "SHOP_TIER", "LANG").Environment);
        Assert.Equal(["DB_PASSWORD=correct horse=battery"], Parse(json, "DB_PASSWORD", "path").Environment);
        Assert.Empty(Parse(json).Environment);
    }

    [Fact]
    public void Secrets_are_taken_out_of_what_is_told()
    {
        SecretRemoval secrets = new()
        {
            FromVariable = variable => variable.Replace("correct", "*", StringComparison.Ordinal),
            FromLabel = (name, value) => name == "maintainer" ? "*" : value,
        };

        ContainerDetails web =
            secrets.Of(Parse(FakeEngine.Read("inspect-web.json"), "DB_PASSWORD").ToDetails("nginx", Host));

        Assert.Equal(["DB_PASSWORD=* horse=battery"], web.Environment);
        Assert.Equal(["shop", "web", "*", "", "übergroß / \"L\""], web.Labels.Select(label => label.Value));
    }

    [Fact]
    public void Ports_are_told_without_protocol_and_an_unpublished_one_is_published_nowhere()
    {
        IReadOnlyDictionary<string, IReadOnlyList<PublishedPort>> ports = Parse(FakeEngine.Read("inspect-web.json")).Ports;

        Assert.Equal(["443", "80", "9113"], ports.Keys);
        Assert.Equal([new PublishedPort("0.0.0.0", "8443"), new PublishedPort("::", "8443")], ports["443"]);
        Assert.Equal([new PublishedPort("192.0.2.17", "8080")], ports["80"]);
        Assert.Empty(ports["9113"]);
    }

    [Fact]
    public void One_port_of_two_protocols_is_told_once_with_all_the_places_where_it_is_published()
    {
        ContainerInspection resolver = Parse(FakeEngine.Read("inspect-dns.json"), "PATH");

        Assert.Equal(["53"], resolver.Ports.Keys);
        Assert.Equal(
            [new PublishedPort("0.0.0.0", "53"), new PublishedPort("::", "53"), new PublishedPort("127.0.0.1", "5353")],
            resolver.Ports["53"]);
        Assert.Empty(resolver.Labels);
        Assert.Empty(resolver.Environment);
    }

    [Fact]
    public void The_image_of_the_list_comes_first()
    {
        ContainerInspection web = Parse(FakeEngine.Read("inspect-web.json"));

        Assert.Equal("sha256:b52e", web.ToDetails("sha256:b52e", Host).Image);
        Assert.Equal("nginx:1.27", web.ToDetails(null, Host).Image);
        Assert.Same(Host, web.ToDetails(null, Host).Host);
    }

    [Theory]
    [InlineData("""{"Id":"a1","Name":"/n"}""")]
    [InlineData("""{"Id":"a1","Name":"/n","Config":null,"NetworkSettings":null}""")]
    [InlineData("""{"Id":"a1","Name":"/n","Config":{"Env":{},"Labels":[],"Image":7},"NetworkSettings":{"Ports":""}}""")]
    [InlineData("""{"Id":"a1","Name":"/n","Config":{"Env":[1,null,"PATH"],"Labels":{"a":1}},"NetworkSettings":[]}""")]
    public void What_is_missing_or_of_another_type_is_as_good_as_not_there(string json)
    {
        ContainerInspection bare = Parse(json, "PATH");

        Assert.Equal(("a1", "/n", ""), (bare.Id, bare.Name, bare.Image));
        Assert.Empty(bare.Labels);
        Assert.Empty(bare.Ports);
        Assert.Empty(bare.Environment);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"Id":"a1"}""")]
    [InlineData("""{"Name":"/n"}""")]
    [InlineData("""{"Id":"a1","Name":"\ud800"}""")]
    [InlineData("""{"Id":"a1","Name":"/n","Config":{"Labels":{"\ud800":"a"}}}""")]
    [InlineData("<html>no</html>")]
    public void What_is_not_about_a_container_is_refused(string json) =>
        Assert.Throws<WireFormatException>(() => Parse(json));

    [Fact]
    public void Damaged_bytes_never_escape_as_another_exception()
    {
        byte[] whole = Encoding.UTF8.GetBytes(FakeEngine.Read("inspect-dns.json"));

        HashSet<string> none = [];

        int refused = Damage.Inflict(whole, bytes => ContainerInspection.Parse(bytes.ToArray(), none), 20_000);

        Assert.InRange(refused, whole.Length, whole.Length + 20_000);
    }

    [Fact]
    public void Values_nested_without_end_are_refused() =>
        Assert.Throws<WireFormatException>(() => Parse(new string('[', 1_000_000)));

    private static ContainerInspection Parse(string json, params string[] variables) =>
        ContainerInspection.Parse(Encoding.UTF8.GetBytes(json), variables.ToHashSet());
}
