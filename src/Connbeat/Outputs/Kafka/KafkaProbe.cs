using Confluent.Kafka;
using Connbeat.Config;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Kafka;

/// <summary>Asks a cluster what it has, without sending it an event and without having it make a topic.</summary>
internal static class KafkaProbe
{
    /// <summary>Asks.</summary>
    public static async Task<IReadOnlyList<FarEnd>> AskAsync(
        KafkaOutputOptions options, OAuthTokens? tokens, TimeSpan patience, TimeProvider time)
    {
        Task<FarEnd> asking = Task.Factory.StartNew(
            () => Ask(options, tokens, patience), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return [await asking.WaitAsync(patience * 1.2, time)];
        }
        catch (TimeoutException)
        {
            return [new FarEnd(Answers: false, $"{string.Join(", ", options.Hosts)}: no answer within {patience.TotalSeconds} s")];
        }
    }

    private static FarEnd Ask(KafkaOutputOptions options, OAuthTokens? tokens, TimeSpan patience)
    {
        string hosts = string.Join(", ", options.Hosts);
        using KafkaAdmin admin = new(options, tokens);
        try
        {
            Metadata found = admin.Look(patience);
            return Judge(options, hosts, found);
        }
        catch (KafkaException failure)
        {
            return new FarEnd(Answers: false, admin.Trouble ?? $"{hosts}: {KafkaWords.Of(failure.Error)}");
        }
    }

    private static FarEnd Judge(KafkaOutputOptions options, string hosts, Metadata found)
    {
        string cluster = $"{hosts}: {found.Brokers.Count} broker{(found.Brokers.Count == 1 ? "" : "s")}";
        if (!options.Topic.IsLiteral)
        {
            return new FarEnd(Answers: true, cluster);
        }

        string name = options.Topic.Text;
        TopicMetadata? topic = found.Topics.Find(one => one.Topic == name);
        if (topic is null)
        {
            return new FarEnd(Answers: true, $"{cluster}; topic {name} is not there: connbeat setup makes it, or a broker may when an event comes");
        }

        return topic.Error.IsError
            ? new FarEnd(Answers: false, $"{cluster}; topic {name}: {KafkaWords.Of(topic.Error)}")
            : new FarEnd(Answers: true, $"{cluster}; topic {name} has {topic.Partitions.Count} partition{(topic.Partitions.Count == 1 ? "" : "s")}");
    }
}
