using Connbeat.Config;
using Connbeat.Enrichment.Docker;

namespace Connbeat.Tests.Enrichment.Docker;

public sealed class DockerEndpointTests
{
    [Theory]
    [InlineData(null, "unix:///var/run/docker.sock")]
    [InlineData("", "unix:///var/run/docker.sock")]
    [InlineData("unix:///run/podman/podman.sock", "unix:///run/podman/podman.sock")]
    [InlineData("UNIX:///run/user/1000/docker.sock", "unix:///run/user/1000/docker.sock")]
    public void A_unix_socket_is_understood(string? host, string address)
    {
        DockerEndpoint endpoint = Read(("DOCKER_HOST", host), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", "/certs"));

        Assert.Equal(address, endpoint.Address);
        Assert.Equal(address["unix://".Length..], endpoint.SocketPath);
        Assert.Null(endpoint.CertificateFolder);
    }

    [Theory]
    [InlineData("tcp://build7:2375", "http://build7:2375/")]
    [InlineData("tcp://build7", "http://build7:2375/")]
    [InlineData("tcp://192.0.2.7:80", "http://192.0.2.7/")]
    [InlineData("tcp://[2001:db8::7]:2375", "http://[2001:db8::7]:2375/")]
    [InlineData("tcp://build7:2375/engine", "http://build7:2375/engine/")]
    [InlineData("http://build7:8080/", "http://build7:8080/")]
    [InlineData("http://build7", "http://build7/")]
    [InlineData("https://build7", "https://build7/")]
    [InlineData("https://build7:2376", "https://build7:2376/")]
    public void A_server_is_understood(string host, string root)
    {
        DockerEndpoint endpoint = Read(("DOCKER_HOST", host));

        Assert.Equal(root, endpoint.Root.ToString());
        Assert.Equal(root.TrimEnd('/'), endpoint.Address);
        Assert.Null(endpoint.SocketPath);
    }

    [Theory]
    [InlineData("1", "/certs", "https://build7:2376/", "/certs")]
    [InlineData("0", null, "https://build7:2376/", null)]
    [InlineData("", "/certs", "http://build7:2375/", null)]
    [InlineData(null, "/certs", "http://build7:2375/", null)]
    public void Verifying_makes_tcp_mean_TLS(string? verify, string? certificates, string root, string? folder)
    {
        DockerEndpoint endpoint =
            Read(("DOCKER_HOST", "tcp://build7"), ("DOCKER_TLS_VERIFY", verify), ("DOCKER_CERT_PATH", certificates));

        Assert.Equal(root, endpoint.Root.ToString());
        Assert.Equal(folder, endpoint.CertificateFolder);
    }

    [Theory]
    [InlineData("ssh://b7", "'ssh://b7'; expected unix:///path, tcp://host:port, http://host:port or https://host:port")]
    [InlineData("npipe:////./pipe/docker_engine", "'npipe:////./pipe/docker_engine'; expected unix:///path, ")]
    [InlineData("/var/run/docker.sock", "'/var/run/docker.sock'; expected unix:///path, ")]
    [InlineData("build7:2375", "'build7:2375'; expected unix:///path, ")]
    [InlineData("unix://docker.sock", "'unix://docker.sock'; expected the whole path of a socket")]
    [InlineData("unix://", "'unix://'; expected the whole path of a socket")]
    [InlineData("tcp://", "'tcp://'; expected unix:///path, ")]
    [InlineData("tcp://build7:port", "'tcp://build7:port'; expected unix:///path, ")]
    [InlineData("tcp://build7:70000", "'tcp://build7:70000'; expected unix:///path, ")]
    [InlineData("http://build7/?key=1", "'http://build7/?key=1'; expected unix:///path, ")]
    public void Anything_else_is_refused_and_told_with_what_is_understood(string host, string message) =>
        Assert.StartsWith($"DOCKER_HOST is {message}", Refusal(host), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://agent:s3cret@build7:2375")]
    [InlineData("ssh://agent:s3cret@build7")]
    public void A_password_is_not_told(string host)
    {
        string message = Refusal(host);

        Assert.DoesNotContain("s3cret", message, StringComparison.Ordinal);
        Assert.StartsWith($"DOCKER_HOST is '{host[..4].TrimEnd(':')}:...'; expected", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_the_kernel_has_no_room_for_is_refused()
    {
        Assert.Equal("/" + new string('a', 106), Read(("DOCKER_HOST", "unix:///" + new string('a', 106))).SocketPath);
        Assert.EndsWith(
            "the path of a socket has at most 107 bytes",
            Refusal("unix:///" + new string('ä', 54)),
            StringComparison.Ordinal);
    }

    private static string Refusal(string host) =>
        Assert.Throws<ConfigException>(() => Read(("DOCKER_HOST", host))).Message;

    private static DockerEndpoint Read(params (string Name, string? Value)[] environment) =>
        DockerEndpoint.Read(name => Array.Find(environment, variable => variable.Name == name).Value);
}
