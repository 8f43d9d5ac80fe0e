using System.Buffers;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Delivery.Routing;

namespace Connbeat.Outputs.Kafka;

/// <summary>
/// Chooses the partition of each event where librdkafka has no choice like it: in groups, in turn, by fields, or among those
/// that have a leader. One thread uses it.
/// </summary>
internal sealed class PartitionChoice
{
    private const uint Offset = 2_166_136_261;

    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly KafkaPartitioning _how;
    private readonly TimeSpan _refresh;
    private readonly byte[][] _fields;
    private readonly ArrayBufferWriter<char> _text = new();
    private readonly Dictionary<string, Topic> _topics = new(StringComparer.Ordinal);
    private Handle? _handle;

    private PartitionChoice(KafkaOutputOptions options, TimeProvider time)
    {
        _time = time;
        _how = options.Partition;
        _refresh = options.MetadataRefresh;
        _fields = [.. _how.Hash.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>The choice that a configuration asks for; null where librdkafka makes it.</summary>
    public static PartitionChoice? Of(KafkaOutputOptions options, TimeProvider time) => options.Partition switch
    {
        { ReachableOnly: false, Kind: KafkaPartitioner.Hash, Hash: [] } => null,
        { ReachableOnly: false, Kind: KafkaPartitioner.Random, GroupEvents: 1 } => null,
        _ => new PartitionChoice(options, time),
    };

    /// <summary>A batch begins: topics are asked for through this client, also those that could not be found before.</summary>
    public void Begin(Handle handle)
    {
        _handle = handle;
        foreach (string lost in _topics.Where(topic => topic.Value.Problem is not null).Select(topic => topic.Key).ToList())
        {
            _topics.Remove(lost);
        }
    }

    /// <summary>The partition of an event.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="event">The event.</param>
    /// <param name="key">Its key; null where it has none.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    public async ValueTask<PartitionAnswer> OfAsync(
        string topic, EncodedEvent @event, byte[]? key, CancellationToken cancellationToken)
    {
        if (!_topics.TryGetValue(topic, out Topic? known) || _time.GetElapsedTime(known.Since) > _refresh)
        {
            known = await Task.Run(() => Ask(topic, known), cancellationToken);
        }

        if (known.Problem is not null)
        {
            return new PartitionAnswer(default, known.Problem);
        }

        uint? hash = null;
        if (_how.Kind is KafkaPartitioner.Hash)
        {
            hash = _fields.Length > 0 ? HashOf(@event) : key is null ? null : Fnv1a(Offset, key);
            if (hash is null && _fields.Length > 0 && !_how.Random)
            {
                return new PartitionAnswer(default, "it lacks a field of partition.hash") { IsForGood = true };
            }
        }

        return new PartitionAnswer(known.Next(_how, hash));
    }

    private Topic Ask(string name, Topic? before)
    {
        Topic topic = Look(name);
        if (topic.Problem is not null && before is { Problem: null })
        {
            return before; // what was true a while ago is better than nothing
        }

        topic.Follow(before);
        return _topics[name] = topic;
    }

    private Topic Look(string name)
    {
        try
        {
            using IAdminClient client = new DependentAdminClientBuilder(_handle).Build();
            TopicMetadata? found = client.GetMetadata(name, LongestLook).Topics.Find(one => one.Topic == name);
            if (found is null || found.Error.IsError || found.Partitions.Count == 0)
            {
                return new Topic(_time, [], $"topic {name}: {(found?.Error is { IsError: true } error ? KafkaWords.Of(error) : "not there")}");
            }

            int[] partitions =
            [
                .. found.Partitions.Where(partition => !_how.ReachableOnly || partition.Leader >= 0)
                    .Select(partition => partition.PartitionId).Order(),
            ];
            return new Topic(_time, partitions, partitions.Length > 0 ? null : $"no partition of topic {name} can be reached");
        }
        catch (KafkaException failure)
        {
            return new Topic(_time, [], $"topic {name}: {KafkaWords.Of(failure.Error)}");
        }
    }

    /// <summary>The hash of the fields' values as text; null where the event lacks one.</summary>
    private uint? HashOf(EncodedEvent @event)
    {
        uint hash = Offset;
        Span<byte> utf8 = stackalloc byte[512];
        foreach (byte[] field in _fields)
        {
            _text.ResetWrittenCount();
            if (!EventField.TryFind(@event.Json.Span, field, out Utf8JsonReader value) || !EventField.TryAppend(ref value, _text))
            {
                return null;
            }

            ReadOnlySpan<char> text = _text.WrittenSpan;
            hash = Encoding.UTF8.TryGetBytes(text, utf8, out int length)
                ? Fnv1a(hash, utf8[..length])
                : Fnv1a(hash, Encoding.UTF8.GetBytes(_text.WrittenSpan.ToString()));
        }

        return hash;
    }

    /// <summary>FNV-1a of 32 bits, as the original has it; http://www.isthe.com/chongo/tech/comp/fnv/.</summary>
    private static uint Fnv1a(uint hash, ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            hash = (hash ^ one) * 16_777_619;
        }

        return hash;
    }

    private sealed class Topic(TimeProvider time, int[] partitions, string? problem)
    {
        private int _current = Random.Shared.Next(Math.Max(1, partitions.Length));
        private int _sent;

        public string? Problem => problem;

        /// <summary>When it was asked for.</summary>
        public long Since { get; } = time.GetTimestamp();

        /// <summary>Goes on in turn where the other was.</summary>
        public void Follow(Topic? before)
        {
            if (before is not null && partitions.Length > 0)
            {
                _current = before._current % partitions.Length;
                _sent = before._sent;
            }
        }

        public int Next(KafkaPartitioning how, uint? hash)
        {
            if (hash is { } value)
            {
                // As the original: the number with a sign, without it.
                return partitions[(int)(Math.Abs((long)(int)value) % partitions.Length)];
            }

            if (_sent++ >= how.GroupEvents)
            {
                _sent = 1;
                _current = how.Kind is KafkaPartitioner.RoundRobin
                    ? (_current + 1) % partitions.Length
                    : Random.Shared.Next(partitions.Length);
            }

            return partitions[_current];
        }
    }
}

/// <summary>Where an event goes, or why nowhere.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Problem">Why there is none; null where there is one.</param>
internal readonly record struct PartitionAnswer(Partition Partition, string? Problem = null)
{
    /// <summary>True where there never will be one.</summary>
    public bool IsForGood { get; init; }
}
