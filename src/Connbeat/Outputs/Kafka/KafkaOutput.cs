using Confluent.Kafka;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Delivery.Routing;

namespace Connbeat.Outputs.Kafka;

/// <summary>Sends events to Kafka, a message each. What is reported as delivered is safe at the far end.</summary>
/// <remarks>
/// librdkafka tries for as long as it takes, in order, and nothing expires: an attempt that runs out of time goes on, and
/// the same batch, offered again, is waited for again. It is sent anew, by another producer, only where the one that had it
/// has failed for good or another batch is offered in its place. So a message may be there twice, after the one that it
/// repeats; its <c>event.id</c> tells.
/// </remarks>
internal sealed class KafkaOutput : IProbedOutput
{
    private readonly KafkaOutputOptions _options;
    private readonly TimeProvider _time;
    private readonly EventRoute _route;
    private readonly MessageMaker _messages;
    private readonly PartitionChoice? _partitions;
    private readonly OAuthTokens? _tokens;
    private KafkaSession? _session;
    private Task _closing = Task.CompletedTask;

    /// <summary>Prepares to send; connects only when it does.</summary>
    /// <exception cref="OutputUnavailableException">There is no librdkafka.</exception>
    public KafkaOutput(KafkaOutputOptions options, TimeProvider time)
    {
        KafkaLibrary.Require();
        _options = options;
        _time = time;
        _route = new EventRoute(options.Topics, options.Topic, options.Pump.Schema);
        _messages = new MessageMaker(options);
        _partitions = PartitionChoice.Of(options, time);
        _tokens = OAuthTokens.Of(options, time);
    }

    /// <summary>Sees that it can be opened; connects to nobody.</summary>
    /// <exception cref="OutputUnavailableException">There is no librdkafka, or it does not take the settings.</exception>
    public static void Check(KafkaOutputOptions options)
    {
        KafkaLibrary.Require();
        Dictionary<string, string> settings = KafkaSettings.OfProducer(options);
        settings["bootstrap.servers"] = "";
        KafkaSession.Open(settings, _ => { }, tokens: null).Dispose();
    }

    /// <inheritdoc/>
    public string Name => "kafka";

    /// <inheritdoc/>
    public bool GoesOnLate => true;

    /// <inheritdoc/>
    public async ValueTask<DeliveryResult> SendAsync(
        IReadOnlyList<EncodedEvent> batch, CancellationToken cancellationToken)
    {
        KafkaSession session = await SessionForAsync(batch, cancellationToken);
        Sending? sending = session.Sending is { } underWay && underWay.IsOf(batch) && underWay.MayGoOn ? underWay : null;
        Task troubled = session.Troubled;
        if (sending is null)
        {
            sending = session.Begin(batch);
            await SendAsync(session, sending, cancellationToken);
        }

        try
        {
            await Task.WhenAny(sending.Ended, troubled).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // What was delivered is not to be sent again; the rest is under way.
        }

        return sending.Conclude(
            session.Trouble ?? $"no answer within {_options.Pump.Timeout.TotalSeconds} s", _options.Pump.BackoffInit);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<FarEnd>> ProbeAsync(TimeSpan patience) =>
        KafkaProbe.AskAsync(_options, _tokens, patience, _time);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close();
        await _closing;
        _tokens?.Dispose();
    }

    /// <summary>The session that goes on with this batch, or may begin with it.</summary>
    private async ValueTask<KafkaSession> SessionForAsync(IReadOnlyList<EncodedEvent> batch, CancellationToken cancellationToken)
    {
        if (_session is { IsFatal: true } || (_session?.Sending is { Ended.IsCompleted: false } other && !(other.IsOf(batch) && other.MayGoOn)))
        {
            Close();
        }

        // One that is not gone might still send, after the next has.
        await _closing.WaitAsync(cancellationToken);
        return _session ??= new KafkaSession(_options, _tokens);
    }

    private void Close()
    {
        if (_session is not null)
        {
            _closing = _session.DisposeAsync().AsTask();
            _session = null;
        }
    }

    private async ValueTask SendAsync(KafkaSession session, Sending sending, CancellationToken cancellationToken)
    {
        _partitions?.Begin(session.Handle);
        for (int position = 0; position < sending.Events.Count; position++)
        {
            EncodedEvent @event = sending.Events[position];
            string? topic = _route.Of(@event, out string? missing);
            if (ProblemOf(topic, missing) is { } problem)
            {
                sending.Settle(position, Verdict.Rejected, problem);
            }
            else if (session.IsFatal)
            {
                sending.Settle(position, Verdict.Later, session.Trouble ?? "the producer has failed");
            }
            else
            {
                Message<byte[]?, byte[]> message = _messages.Of(@event);
                Partition partition = Partition.Any;
                if (_partitions is not null)
                {
                    PartitionAnswer answer = await _partitions.OfAsync(topic!, @event, message.Key, cancellationToken);
                    if (answer.Problem is not null)
                    {
                        sending.Settle(position, answer.IsForGood ? Verdict.Rejected : Verdict.Later, answer.Problem);
                        continue;
                    }

                    partition = answer.Partition;
                }

                session.Send(position, topic!, partition, message);
            }
        }
    }

    private static string? ProblemOf(string? topic, string? missing) => topic is null
        ? missing is null ? "topics say no topic for it" : $"topic needs the field {missing}, which it lacks"
        : KafkaTopic.ProblemOf(topic) is { } problem ? $"its topic {problem}" : null;
}
