using System.Net;
using YamlDotNet.RepresentationModel;

namespace Connbeat.Tests.House;

public sealed class ComposeTests
{
    private readonly ComposeFile _compose = new();

    [Fact]
    public void Every_program_that_connbeat_works_with_is_there() =>
        Assert.Superset(
            new HashSet<string> { "connbeat", "kafka", "elasticsearch", "kibana", "prometheus", "grafana" },
            _compose.Services.Select(service => service.Name).ToHashSet());

    [Fact]
    public void Every_image_is_pinned() =>
        Assert.All(_compose.Services, service =>
        {
            string image = Assert.IsType<string>(ComposeFile.Text(service.Body, "image"));
            Assert.Matches(@"^[a-z0-9./-]+:v?\d+(\.\d+)+$", image);
        });

    [Fact]
    public void Everything_listens_on_loopback_and_nothing_twice_on_a_port()
    {
        List<IPEndPoint> listeners = [];
        foreach ((string name, YamlMappingNode body) in _compose.Services)
        {
            IReadOnlyList<string> ports = ComposeFile.Texts(body, "ports");
            bool inHostNetwork = ComposeFile.Text(body, "network_mode") == "host";
            Assert.True(ports.Count == 0 || !inHostNetwork, $"{name}: Docker ignores the ports of the host's network");
            listeners.AddRange((inHostNetwork ? HostListeners(body) : ports.Select(HostSide)).Select(IPEndPoint.Parse));
        }

        Assert.Equal([3000, 5601, 9090, 9092, 9200], listeners.Select(listener => listener.Port).Order());
        Assert.All(listeners, listener => Assert.True(IPAddress.IsLoopback(listener.Address), $"{listener}"));
    }

    [Fact]
    public void Everything_mounted_is_in_the_repository_or_a_declared_volume() =>
        Assert.All(_compose.Mounts, mount => Assert.True(
            mount.Source.StartsWith("./", StringComparison.Ordinal)
                ? Path.Exists(Repository.At(mount.Source))
                : _compose.Volumes.Contains(mount.Source),
            mount.Source));

    [Fact]
    public void Every_volume_is_used() =>
        Assert.All(_compose.Volumes, volume => Assert.Contains(_compose.Mounts, mount => mount.Source == volume));

    [Fact]
    public void Connbeat_sees_the_host_and_has_no_right_too_many()
    {
        YamlMappingNode body = _compose.Services.Single(service => service.Name == "connbeat").Body;

        Assert.Equal("host", ComposeFile.Text(body, "network_mode"));
        Assert.Equal("host", ComposeFile.Text(body, "pid"));
        Assert.Equal(["ALL"], ComposeFile.Texts(body, "cap_drop"));
        Assert.Equal(["BPF", "DAC_READ_SEARCH", "NET_ADMIN", "PERFMON", "SYS_PTRACE"], ComposeFile.Texts(body, "cap_add").Order());
        Assert.Contains("./connbeat.yml:/etc/connbeat/connbeat.yml:ro", ComposeFile.Texts(body, "volumes"));
    }

    [Fact]
    public void Every_mounted_configuration_is_valid_for_its_program()
    {
        foreach ((string source, string target) in _compose.Mounts)
        {
            switch (source)
            {
                case "./connbeat.yml":
                    break; // it is loaded, as the agent loads it, by the tests of the configuration
                case "./docker/prometheus.yml":
                    AssertScrapes(ComposeFile.Yaml(source));
                    break;
                case "./dashboards/alerts.yml":
                    break; // PrometheusTests, and the scenario alerts
                case "./deploy/grafana/datasources.yml":
                    AssertProvisions(ComposeFile.Yaml(source), "datasources", "name", "type", "access", "url");
                    break;
                case "./deploy/grafana/dashboards.yml":
                    AssertProvisions(ComposeFile.Yaml(source), "providers", "name", "type", "options");
                    AssertDashboardsAreMounted(ComposeFile.Yaml(source));
                    break;
                default:
                    Assert.False(File.Exists(Repository.At(source)), $"{source}, mounted at {target}, is not checked");
                    break;
            }
        }
    }

    /// <summary><c>127.0.0.1:9092</c> of <c>127.0.0.1:9092:9092</c>.</summary>
    private static string HostSide(string port) => port[..port.LastIndexOf(':')];

    /// <summary>Where a program in the host's network is told to listen; connbeat by itself listens nowhere.</summary>
    private static IEnumerable<string> HostListeners(YamlMappingNode body)
    {
        const string Prometheus = "--web.listen-address=";
        foreach (string argument in ComposeFile.Texts(body, "command"))
        {
            if (argument.StartsWith(Prometheus, StringComparison.Ordinal))
            {
                yield return argument[Prometheus.Length..];
            }
        }

        if (body.Children.TryGetValue("environment", out YamlNode? environment))
        {
            YamlMappingNode variables = ComposeFile.Map(environment);
            string? address = ComposeFile.Text(variables, "GF_SERVER_HTTP_ADDR");
            yield return $"{address}:{ComposeFile.Text(variables, "GF_SERVER_HTTP_PORT")}";
        }
    }

    private static void AssertScrapes(YamlMappingNode prometheus) =>
        Assert.All(ComposeFile.Items(prometheus["scrape_configs"]).Select(ComposeFile.Map), job =>
        {
            Assert.NotNull(ComposeFile.Text(job, "job_name"));
            Assert.All(
                ComposeFile.Items(job["static_configs"]).Select(ComposeFile.Map),
                group => Assert.All(ComposeFile.Texts(group, "targets"), target => IPEndPoint.Parse(target)));
        });

    private static void AssertProvisions(YamlMappingNode grafana, string list, params string[] keys)
    {
        Assert.Equal("1", ComposeFile.Text(grafana, "apiVersion"));
        Assert.NotEmpty(ComposeFile.Items(grafana[list]));
        Assert.All(ComposeFile.Items(grafana[list]).Select(ComposeFile.Map), item =>
            Assert.All(keys, key => Assert.NotNull(ComposeFile.Text(item, key))));
    }

    private void AssertDashboardsAreMounted(YamlMappingNode grafana) =>
        Assert.All(ComposeFile.Items(grafana["providers"]).Select(ComposeFile.Map), provider =>
        {
            string? path = ComposeFile.Text(ComposeFile.Map(provider["options"]), "path");
            Assert.Contains(_compose.Mounts, mount => mount.Target == path);
        });
}
