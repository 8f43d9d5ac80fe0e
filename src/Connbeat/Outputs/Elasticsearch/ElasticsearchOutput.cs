using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Delivery.Routing;
using Connbeat.Linux;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>
/// Stores events by <c>_bulk</c> in Elasticsearch or OpenSearch, each under its id: one that is sent again is refused as
/// there already, and so counts as delivered.
/// </summary>
internal sealed class ElasticsearchOutput : IProbedOutput
{
    private readonly ElasticsearchOptions _options;
    private readonly ElasticClient _client;
    private readonly ElasticProbe _probe;
    private readonly WebHosts _hosts;
    private readonly EventRoute _indices;
    private readonly EventRoute _pipelines;
    private BulkBody? _spare;

    /// <summary>Prepares to send; connects only when it does.</summary>
    public ElasticsearchOutput(ElasticsearchOptions options, TimeProvider time)
    {
        _options = options;
        _client = new ElasticClient(options.Connection, time);
        _probe = new ElasticProbe(_client, options, time);
        _hosts = new WebHosts(options.Connection.Hosts, options.LoadBalance, options.Pump, time);
        _indices = new EventRoute(options.Indices, options.Index, options.Pump.Schema);
        _pipelines = new EventRoute(options.Pipelines, options.Pipeline, options.Pump.Schema);
    }

    /// <inheritdoc/>
    public string Name => "elasticsearch";

    /// <inheritdoc/>
    public async ValueTask<DeliveryResult> SendAsync(
        IReadOnlyList<EncodedEvent> batch, CancellationToken cancellationToken)
    {
        List<BulkEntry> entries = new(batch.Count);
        List<Rejection> rejected = [];
        for (int position = 0; position < batch.Count; position++)
        {
            if (_indices.Of(batch[position], out string? missing) is { } index)
            {
                string pipeline = _pipelines.Of(batch[position], out _) ?? "";
                entries.Add(new BulkEntry(position, batch[position], new BulkTarget(index, pipeline)));
            }
            else
            {
                rejected.Add(new Rejection(position, $"output.elasticsearch.index names no index for it: it lacks {missing}"));
            }
        }

        return entries is [] ? new DeliveryResult.Partial([], After: null, rejected)
            : await SendAsync(entries, rejected, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FarEnd>> ProbeAsync(TimeSpan patience) =>
        await Task.WhenAll(_options.Connection.Hosts.Select(host => _probe.AskAsync(host, patience)));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _spare?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends events in one body: to one host, and where it fails to the next.</summary>
    private async Task<DeliveryResult> SendAsync(
        List<BulkEntry> entries, List<Rejection> rejected, CancellationToken cancellationToken)
    {
        BulkBody body = _spare ?? new BulkBody(_options.CompressionLevel);
        _spare = null;
        ElasticContent content = new(
            body.Write(entries), ElasticClient.NewlineDelimited, IsGzip: _options.CompressionLevel > 0);
        string why = "";
        foreach (HttpAddress host in _hosts.InTurn())
        {
            ElasticAnswer answer = await _client.AskAsync(
                host, HttpMethod.Post, $"/_bulk?filter_path={BulkAnswer.FilterPath}", content,
                BulkAnswer.MostBytes(entries.Count), cancellationToken);
            DeliveryResult? result = answer.IsGood ? Judge(host, answer.Body.Span, entries, rejected, ref why)
                : IsAboutEvents(answer) ? new DeliveryResult.Refused(answer.Words)
                : null;
            if (result is not null)
            {
                _hosts.Well(host);
                _spare = body; // not where there was no answer: a request that was given up may still be reading it
                return result;
            }

            why = answer.IsGood ? why : answer.Words;
            _hosts.Unwell(host, answer.After);
        }

        return new DeliveryResult.RetryLater(why, _hosts.Pause);
    }

    /// <summary>
    /// True where the body itself was refused: too large, or with a line that Elasticsearch does not understand. Everything
    /// else is about the address, about who asks, or about how Elasticsearch fares.
    /// </summary>
    private static bool IsAboutEvents(in ElasticAnswer answer) => answer.Status switch
    {
        413 => true, // Content Too Large
        400 => !(answer.Error is { } error &&
            (error.Reason.Contains("unrecognized parameter", StringComparison.Ordinal) ||
             error.Reason.Contains("explicit index in bulk is not allowed", StringComparison.Ordinal))),
        _ => false,
    };

    /// <summary>What became of each event; null where the answer does not tell.</summary>
    private DeliveryResult? Judge(
        HttpAddress host, ReadOnlySpan<byte> body, List<BulkEntry> entries, List<Rejection> unsent, ref string why)
    {
        BulkItem[] items;
        try
        {
            items = BulkAnswer.Parse(body, entries.Count);
        }
        catch (WireFormatException damaged)
        {
            why = $"{host} gave {damaged.Message}";
            return null;
        }

        List<Rejection> rejected = [.. unsent];
        List<int> again = [];
        BulkItem first = default;
        for (int i = 0; i < items.Length; i++)
        {
            switch (items[i].Verdict)
            {
                case BulkVerdict.Later:
                    first = again.Count == 0 ? items[i] : first;
                    again.Add(entries[i].Position);
                    break;

                case BulkVerdict.Rejected:
                    rejected.Add(new Rejection(entries[i].Position, _client.Printable(items[i].Words)));
                    break;
            }
        }

        string reason = again is [] ? ""
            : $"{host} stored {items.Length - again.Count} of {items.Length} events: {first.Status} {_client.Printable(first.Words)}";
        return again.Count == items.Length && rejected.Count == 0 ? new DeliveryResult.RetryLater(reason)
            : again.Count > 0 ? new DeliveryResult.Partial(again, After: null, rejected) { Reason = reason }
            : rejected.Count > 0 ? new DeliveryResult.Partial([], After: null, rejected)
            : DeliveryResult.Delivered.All;
    }
}
