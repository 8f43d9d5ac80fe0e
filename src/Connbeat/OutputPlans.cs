using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Linux;
using Connbeat.Outputs.Console;
using Connbeat.Outputs.Elasticsearch;
using Connbeat.Outputs.File;
using Connbeat.Outputs.Http;
using Connbeat.Outputs.Kafka;

namespace Connbeat;

/// <summary>Which outputs the configuration asks for.</summary>
internal static class OutputPlans
{
    /// <summary>One plan for each output that is enabled, and that can be opened on this host.</summary>
    /// <param name="options">The <c>output</c> section.</param>
    /// <param name="stdout">What the console writes to.</param>
    /// <exception cref="OutputUnavailableException">One can't be.</exception>
    public static IReadOnlyList<OutputPlan> Of(OutputOptions options, Stream stdout)
    {
        List<OutputPlan> plans = [];
        bool isTerminal = !System.Console.IsOutputRedirected;
        if (options.Console is { } console)
        {
            plans.Add(new OutputPlan("console", console, console.Pump, () => new ConsoleOutput(stdout, console, isTerminal)));
        }

        if (options.File is { } file)
        {
            plans.Add(new OutputPlan("file", file, file.Pump, () => new FileOutput(file)));
        }

        if (options.Http is { } http)
        {
            plans.Add(new OutputPlan("http", http, http.Pump, () => new HttpOutput(http, BootTime.Clock)));
        }

        if (options.Elasticsearch is { } elastic)
        {
            plans.Add(new OutputPlan(
                "elasticsearch", elastic, elastic.Pump, () => new ElasticsearchOutput(elastic, BootTime.Clock)));
        }

        if (options.Kafka is { } kafka)
        {
            KafkaOutput.Check(kafka);
            plans.Add(new OutputPlan("kafka", kafka, kafka.Pump, () => new KafkaOutput(kafka, BootTime.Clock)));
        }

        return plans;
    }
}
