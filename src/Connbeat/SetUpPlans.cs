using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Outputs.Elasticsearch;
using Connbeat.Outputs.Kafka;

namespace Connbeat;

/// <summary>For which outputs something has to be made at their far ends.</summary>
internal static class SetUpPlans
{
    /// <summary>One plan for each output that is enabled and needs something.</summary>
    public static IReadOnlyList<SetUpPlan> Of(AgentOptions options)
    {
        List<SetUpPlan> plans = [];
        if (options.Output.Elasticsearch is { } elastic)
        {
            plans.Add(new SetUpPlan(
                "elasticsearch", () => new ElasticSetUp(elastic, options.Setup.Elastic, TimeProvider.System)));
        }

        if (options.Output.Kafka is { } kafka)
        {
            plans.Add(new SetUpPlan("kafka", () => new KafkaSetUp(kafka, options.Setup.Kafka, BootTime.Clock)));
        }

        return plans;
    }
}
