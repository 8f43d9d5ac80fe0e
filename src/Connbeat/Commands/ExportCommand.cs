using System.CommandLine;
using Connbeat.Config;
using Connbeat.Outputs.Elasticsearch;

namespace Connbeat.Commands;

/// <summary><c>connbeat export</c>: what others need of what connbeat knows.</summary>
internal static class ExportCommand
{
    private const int CouldNotStart = 1;
    private const int WrongUsage = 2;

    /// <summary>The command.</summary>
    public static Command Build(RunFlags flags)
    {
        Command config = new("config", "The effective configuration: every setting, written or not; secrets are masked.");
        config.SetAction(asked => ExportConfig(flags, asked));
        Option<string> version = new("--es.version")
        {
            Description = "For which version: 7.17 to 9, or opensearch-2.15 and so on; without it for Elasticsearch 9.",
        };
        Command template = new("template", "The index template for output.elasticsearch, as one JSON object.") { version };
        template.SetAction(asked => ExportTemplate(flags, asked, asked.GetValue(version)));
        return new Command("export", "Print what others need.") { config, template };
    }

    private static int ExportConfig(RunFlags flags, ParseResult asked)
    {
        if (Configuration.TryLoad(flags, asked) is not { } config)
        {
            return CouldNotStart;
        }

        YamlText.WriteNested(config.Settings.Select(setting => (setting.Path, setting.Shown)), Console.Out);
        return 0;
    }

    private static int ExportTemplate(RunFlags flags, ParseResult asked, string? written)
    {
        const string OpenSearch = "opensearch-";

        bool isOpenSearch = written?.StartsWith(OpenSearch, StringComparison.OrdinalIgnoreCase) == true;
        ElasticVersion? version = written is null ? ElasticVersion.Newest
            : ElasticVersion.Parse(isOpenSearch ? written[OpenSearch.Length..] : written, isOpenSearch);
        if (version is not { IsKnown: true })
        {
            Console.Error.WriteLine($"--es.version is '{written}'; expected {ElasticVersion.Known}, such as 8.15 or opensearch-2.19");
            return WrongUsage;
        }

        if (Configuration.TryLoad(flags, asked) is not { } config)
        {
            return CouldNotStart;
        }

        ElasticsearchOptions options = config.Options.Output.Elasticsearch ??
            ElasticsearchOptions.Default(config.Options.Schema);
        Console.WriteLine(IndexTemplates.Text(new IndexTemplates(options, version, hasLifecycle: false).Whole()));
        return 0;
    }
}
