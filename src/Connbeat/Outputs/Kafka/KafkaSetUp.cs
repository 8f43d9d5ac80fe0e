using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Connbeat.Config;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Kafka;

/// <summary>Makes the topics that the configuration names. One that is there stays as it is.</summary>
internal sealed class KafkaSetUp : ISetUp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly KafkaOutputOptions _options;
    private readonly KafkaSetupOptions _how;
    private readonly OAuthTokens? _tokens;

    /// <summary>Prepares to look and to make.</summary>
    /// <exception cref="OutputUnavailableException">There is no librdkafka.</exception>
    public KafkaSetUp(KafkaOutputOptions options, KafkaSetupOptions how, TimeProvider time)
    {
        KafkaLibrary.Require();
        _options = options;
        _how = how;
        _tokens = OAuthTokens.Of(options, time);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SetUpStep>> SetUpAsync(bool dryRun, CancellationToken cancellationToken) => Task.Factory.StartNew<IReadOnlyList<SetUpStep>>(
        () => SetUp(dryRun, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _tokens?.Dispose();
        return ValueTask.CompletedTask;
    }

    private List<SetUpStep> SetUp(bool dryRun, CancellationToken cancellationToken)
    {
        using KafkaAdmin admin = new(_options, _tokens);
        List<SetUpStep> steps = [];
        try
        {
            Metadata found = admin.Look(Patience);
            foreach (string name in Names())
            {
                cancellationToken.ThrowIfCancellationRequested();
                TopicMetadata? topic = found.Topics.Find(one => one.Topic == name && !one.Error.IsError);
                steps.Add(topic is not null ? JudgeThere(name, topic) : dryRun ? new SetUpStep(SetUpOutcome.Missing, Words(name)) : Make(admin, name));
            }
        }
        catch (KafkaException failure)
        {
            steps.Add(new SetUpStep(SetUpOutcome.Failed, admin.Trouble ?? KafkaWords.Of(failure.Error)));
        }

        IEnumerable<FormatString> unknown = _options.Topics.Select(rule => rule.Format).Append(_options.Topic).Where(topic => !topic.IsLiteral);
        steps.AddRange(unknown.Select(topic => new SetUpStep(
            SetUpOutcome.Left, $"topic {topic}: its name depends on the event; a broker may make it when an event comes, or you do")));
        return steps;
    }

    /// <summary>Every name that is known before there are events.</summary>
    private IEnumerable<string> Names() => _options.Topics
        .SelectMany(rule => rule.Mappings.Values.Append(rule.Default)
            .Append(rule.Format.IsLiteral && rule.Mappings.Count == 0 ? rule.Format.Text : null))
        .Append(_options.Topic.IsLiteral ? _options.Topic.Text : null)
        .OfType<string>().Distinct(StringComparer.Ordinal);

    private SetUpStep JudgeThere(string name, TopicMetadata topic)
    {
        int replicas = topic.Partitions.Count > 0 ? topic.Partitions.Min(partition => partition.Replicas.Length) : 0;
        string there = $"topic {name}: {Count(topic.Partitions.Count, "partition")}, {Count(replicas, "replica")}";
        bool differs = (_how.Partitions > 0 && _how.Partitions != topic.Partitions.Count) ||
            (_how.Replication > 0 && _how.Replication != replicas);
        return differs
            ? new SetUpStep(SetUpOutcome.Differs, $"{there}; setup.kafka asks for another number, but more partitions would move keys: kafka-topics --alter does it")
            : new SetUpStep(SetUpOutcome.There, there);
    }

    private SetUpStep Make(KafkaAdmin admin, string name)
    {
        TopicSpecification topic = new()
        {
            Name = name,
            NumPartitions = _how.Partitions > 0 ? _how.Partitions : -1,
            ReplicationFactor = (short)(_how.Replication > 0 ? _how.Replication : -1),
            Configs = [],
        };
        if (_how.Retention > TimeSpan.Zero)
        {
            topic.Configs["retention.ms"] = ((long)_how.Retention.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        if (_how.Cleanup.Length > 0)
        {
            topic.Configs["cleanup.policy"] = _how.Cleanup;
        }

        try
        {
            admin.MakeAsync(topic, Patience).GetAwaiter().GetResult();
            return new SetUpStep(SetUpOutcome.Made, Words(name));
        }
        catch (CreateTopicsException refused)
        {
            Error error = refused.Results.Count > 0 ? refused.Results[0].Error : refused.Error;
            return error.Code is ErrorCode.TopicAlreadyExists
                ? new SetUpStep(SetUpOutcome.There, $"topic {name}: somebody made it at the same time")
                : new SetUpStep(SetUpOutcome.Failed, $"topic {name}: {KafkaWords.Of(error)}");
        }
    }

    private string Words(string name)
    {
        string partitions = _how.Partitions > 0 ? Count(_how.Partitions, "partition") : "partitions";
        string replicas = _how.Replication > 0 ? Count(_how.Replication, "replica") : "replicas";
        string kept = _how.Retention > TimeSpan.Zero ? $", kept {Duration.Format(_how.Retention)}" : "";
        string cleanup = _how.Cleanup.Length > 0 ? $", cleanup {_how.Cleanup}" : "";
        string byDefault = _how is { Partitions: > 0, Replication: > 0 } ? "" : " as the broker has them by default";
        return $"topic {name}: {partitions}, {replicas}{byDefault}{kept}{cleanup}";
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";
}
