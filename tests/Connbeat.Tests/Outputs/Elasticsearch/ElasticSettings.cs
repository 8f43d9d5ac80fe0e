using Connbeat.Config;
using Connbeat.Tests.Config;

namespace Connbeat.Tests.Outputs.Elasticsearch;

/// <summary>Options of an elasticsearch output, read from YAML as a user writes it.</summary>
internal static class ElasticSettings
{
    /// <summary>Settings in flow style, without hosts; and those.</summary>
    public static ElasticsearchOptions Read(string settings, params string[] hosts)
    {
        using ConfigDirectory directory = new();
        string list = string.Join(", ", hosts.Select(host => $"'{host}'"));
        return directory.Load($"output.elasticsearch: {{ hosts: [{list}], {settings} }}").Options.Output.Elasticsearch!;
    }
}
