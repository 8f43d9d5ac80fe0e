using System.Text.RegularExpressions;
using Connbeat.Config;
using Connbeat.Tests.Config;
using YamlDotNet.RepresentationModel;

namespace Connbeat.Tests.House;

/// <summary>The ways to install it: as a service, in Docker, in Kubernetes. They ask for the same rights, and for no others.</summary>
public sealed partial class InstallationTests
{
    private static readonly string[] Rights = ["BPF", "DAC_READ_SEARCH", "NET_ADMIN", "PERFMON", "SYS_PTRACE"];

    private static readonly IReadOnlyList<YamlMappingNode> Cluster = ComposeFile.Yamls("deploy/kubernetes/connbeat.yaml");

    /// <summary>Those of Kubernetes and Grafana are looked into here and in <see cref="ComposeTests"/>, those of Prometheus in <see cref="PrometheusTests"/> and the scenario alerts.</summary>
    [Fact]
    public void Every_file_of_deploy_is_YAML_that_a_test_looks_into()
    {
        string[] files = [.. Directory.EnumerateFiles(Repository.At("deploy"), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal)];

        Assert.Equal(
            ["deploy/grafana/dashboards.yml", "deploy/grafana/datasources.yml", "deploy/kubernetes/connbeat.yaml", "deploy/kubernetes/prometheus.yml",
                "deploy/prometheus/prometheus.yml"],
            files);
        Assert.All(files, file => Assert.NotEmpty(ComposeFile.Yamls(file)));
    }

    [Theory]
    [InlineData("AmbientCapabilities")]
    [InlineData("CapabilityBoundingSet")]
    public void The_unit_asks_for_them(string setting) => Assert.Equal(Rights, UnitSetting(setting).Select(right => right["CAP_".Length..]).Order());

    [Fact]
    public void The_image_asks_for_them_and_is_no_roots()
    {
        string[] lines = File.ReadAllLines(Repository.At("Dockerfile"));
        string carried = lines.Single(line => line.StartsWith("ARG CAPABILITIES=", StringComparison.Ordinal)).Split('=')[1];

        Assert.Equal(Rights, carried.Split(',').Select(right => right["cap_".Length..].ToUpperInvariant()).Order());
        Assert.Equal(Rights, CapAdd().Matches(File.ReadAllText(Repository.At("Dockerfile"))).Select(added => added.Groups[1].Value).Order());
        Assert.Equal("USER connbeat", lines.Last(line => line.StartsWith("USER ", StringComparison.Ordinal)));
        Assert.Contains("ENV " + Assert.Single(UnitSetting("Environment")), lines);
    }

    [Fact]
    public void A_node_gives_them_and_shows_itself_and_nothing_is_privileged()
    {
        YamlMappingNode pod = Pod();
        YamlMappingNode container = Container();
        YamlMappingNode security = ComposeFile.Map(container["securityContext"]);
        YamlMappingNode capabilities = ComposeFile.Map(security["capabilities"]);

        Assert.Equal("linux", ComposeFile.Text(ComposeFile.Map(pod["nodeSelector"]), "kubernetes.io/os"));
        Assert.Equal("true", ComposeFile.Text(pod, "hostPID"));
        Assert.Equal("true", ComposeFile.Text(pod, "hostNetwork"));
        Assert.Equal("true", ComposeFile.Text(security, "readOnlyRootFilesystem"));
        Assert.Equal("true", ComposeFile.Text(security, "runAsNonRoot"));
        Assert.Equal(["ALL"], ComposeFile.Texts(capabilities, "drop"));
        Assert.Equal(Rights, ComposeFile.Texts(capabilities, "add").Order());
        Assert.DoesNotContain("privileged: true", File.ReadAllText(Repository.At("deploy/kubernetes/connbeat.yaml")), StringComparison.Ordinal);
        Assert.Contains("--uid " + ComposeFile.Text(security, "runAsUser"), File.ReadAllText(Repository.At("Dockerfile")), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_container_of_a_node_has_its_limits()
    {
        YamlMappingNode[] containers =
            [.. ComposeFile.Items(Pod()["containers"]).Concat(ComposeFile.Items(Pod()["initContainers"])).Select(ComposeFile.Map)];

        Assert.Equal(2, containers.Length);
        Assert.All(containers, container =>
        {
            YamlMappingNode limits = ComposeFile.Map(ComposeFile.Map(container["resources"])["limits"]);
            Assert.NotNull(ComposeFile.Text(limits, "cpu"));
            Assert.NotNull(ComposeFile.Text(limits, "memory"));
            Assert.Equal("connbeat:0.1.0", ComposeFile.Text(container, "image"));
        });
    }

    [Fact]
    public void What_a_container_mounts_is_a_volume_of_its_node()
    {
        HashSet<string> volumes = [.. ComposeFile.Items(Pod()["volumes"]).Select(volume => ComposeFile.Text(ComposeFile.Map(volume), "name")!)];
        HashSet<string> mounted =
            [.. ComposeFile.Items(Container()["volumeMounts"]).Select(mount => ComposeFile.Text(ComposeFile.Map(mount), "name")!)];

        Assert.Equal(volumes, mounted);
    }

    [Fact]
    public void The_configuration_of_a_node_is_right_and_takes_its_name_and_address_from_it()
    {
        using ConfigDirectory directory = new();
        string[] told = [.. ComposeFile.Items(Container()["env"]).Select(ComposeFile.Map).Select(variable =>
        {
            YamlMappingNode field = ComposeFile.Map(ComposeFile.Map(variable["valueFrom"])["fieldRef"]);
            return $"{ComposeFile.Text(variable, "name")} {ComposeFile.Text(field, "fieldPath")}";
        })];
        directory.Environment["NODE_NAME"] = "edge-7";
        directory.Environment["HOST_IP"] = "192.0.2.7";
        LoadedConfig config = directory.Load(ComposeFile.Text(ComposeFile.Map(Kind("ConfigMap")["data"]), "connbeat.yml")!);

        Assert.Equal(["NODE_NAME spec.nodeName", "HOST_IP status.hostIP"], told);
        Assert.Equal("edge-7", config.Options.Name);
        Assert.Equal("192.0.2.7:9479", config.Options.Exporters.Listen.ToString());
        Assert.Empty(config.Warnings);
    }

    private static YamlMappingNode Kind(string kind) => Cluster.Single(document => ComposeFile.Text(document, "kind") == kind);

    private static YamlMappingNode Pod()
    {
        YamlMappingNode template = ComposeFile.Map(ComposeFile.Map(Kind("DaemonSet")["spec"])["template"]);
        return ComposeFile.Map(template["spec"]);
    }

    private static YamlMappingNode Container() => ComposeFile.Map(Assert.Single(ComposeFile.Items(Pod()["containers"])));

    private static string[] UnitSetting(string name) =>
        File.ReadAllLines(Repository.At("packaging/systemd/connbeat.service"))
            .Single(line => line.StartsWith(name + '=', StringComparison.Ordinal)).Split('=', 2)[1].Split(' ');

    [GeneratedRegex(@"--cap-add (\w+)")]
    private static partial Regex CapAdd();
}
