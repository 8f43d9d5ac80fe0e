using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Connbeat.Tests.House;

/// <summary>What is shipped for Prometheus asks for metrics that there are.</summary>
public sealed partial class PrometheusTests
{
    [Fact]
    public void Every_alert_asks_for_metrics_that_the_program_tells_and_is_tried()
    {
        YamlSequenceNode groups = ComposeFile.Items(ComposeFile.Yaml("dashboards/alerts.yml")["groups"]);
        string tried = File.ReadAllText(Repository.At("dashboards/alerts.test.yml"));

        Assert.All(groups.SelectMany(group => ComposeFile.Items(ComposeFile.Map(group)["rules"])).Select(ComposeFile.Map), rule =>
        {
            AssertIsTold(ComposeFile.Text(rule, "expr")!);
            Assert.Contains("alertname: " + ComposeFile.Text(rule, "alert"), tried, StringComparison.Ordinal);
            Assert.NotNull(ComposeFile.Text(ComposeFile.Map(rule["annotations"]), "summary"));
        });
    }

    [Fact]
    public void Nodes_are_scraped_at_the_port_that_they_listen_at()
    {
        YamlMappingNode job = ComposeFile.Map(Assert.Single(ComposeFile.Items(ComposeFile.Yaml("deploy/kubernetes/prometheus.yml")["scrape_configs"])));
        string nodes = File.ReadAllText(Repository.At("deploy/kubernetes/connbeat.yaml"));

        Assert.Contains("regex: metrics", File.ReadAllText(Repository.At("deploy/kubernetes/prometheus.yml")), StringComparison.Ordinal);
        Assert.Contains("{ name: metrics, containerPort: 9479, hostPort: 9479 }", nodes, StringComparison.Ordinal);
        Assert.Equal("connbeat-nodes", ComposeFile.Text(job, "job_name"));
    }

    /// <summary>Each metric of an expression is one that some page is begun with.</summary>
    private static void AssertIsTold(string expression)
    {
        string[] metrics = [.. Metric().Matches(LabelsAndTexts().Replace(expression, " ")).Select(found => found.Value)];
        Assert.NotEmpty(metrics);
        Assert.All(metrics, metric => Assert.True(metric == "up" || Told.Contains(metric), $"{metric} of {expression}"));
    }

    private static HashSet<string> Told { get; } =
    [
        .. Repository.Sources().Where(source => source.Path.StartsWith("src/Connbeat/Exporters/", StringComparison.Ordinal))
            .SelectMany(source => MetricText().Matches(File.ReadAllText(Repository.At(source.Path)))).Select(found => found.Groups[1].Value),
    ];

    [GeneratedRegex(@"\b(?:up|(?:connbeat|connection|conntrack|strongswan|ipsec)_\w+)\b")]
    private static partial Regex Metric();

    [GeneratedRegex(@"\{[^}]*\}|""[^""]*""|\b(?:by|without) *\([^)]*\)")]
    private static partial Regex LabelsAndTexts();

    [GeneratedRegex(@"""((?:connbeat|connection|conntrack|strongswan|ipsec)_\w+)""")]
    private static partial Regex MetricText();
}
