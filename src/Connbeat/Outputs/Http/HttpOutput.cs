using Connbeat.Config;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Http;

/// <summary>Sends events by POST to one of several web servers; <see cref="WebHosts"/> says to which.</summary>
/// <remarks>
/// Answers are judged by <see cref="HttpAnswer"/>. A body that is refused is refused whole: nobody says which of its
/// events was wrong.
/// </remarks>
internal sealed class HttpOutput : IProbedOutput
{
    private readonly HttpOutputOptions _options;
    private readonly HttpPost _post;
    private readonly WebHosts _hosts;
    private HttpBody? _spare;

    /// <summary>Prepares to send; connects only when it does.</summary>
    public HttpOutput(HttpOutputOptions options, TimeProvider time)
    {
        _options = options;
        _post = new HttpPost(options, time);
        _hosts = new WebHosts(options.Hosts, options.LoadBalance, options.Pump, time);
    }

    /// <inheritdoc/>
    public string Name => "http";

    /// <inheritdoc/>
    public ValueTask<DeliveryResult> SendAsync(
        IReadOnlyList<EncodedEvent> batch, CancellationToken cancellationToken) =>
        _options.Format is HttpFormat.Single
            ? SendEachAsync(batch, cancellationToken)
            : SendWholeAsync(batch, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FarEnd>> ProbeAsync(TimeSpan patience) =>
        await Task.WhenAll(_options.Hosts.Select(host => _post.ProbeAsync(host, patience)));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _post.Dispose();
        _spare?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<DeliveryResult> SendWholeAsync(
        IReadOnlyList<EncodedEvent> batch, CancellationToken cancellationToken)
    {
        HttpAnswer answer = await SendAsync(batch, 0, batch.Count, cancellationToken);
        return answer.Verdict switch
        {
            HttpVerdict.Taken => DeliveryResult.Delivered.All,
            HttpVerdict.Refused => new DeliveryResult.Refused(answer.Reason),
            _ => new DeliveryResult.RetryLater(answer.Reason, answer.After),
        };
    }

    private async ValueTask<DeliveryResult> SendEachAsync(
        IReadOnlyList<EncodedEvent> batch, CancellationToken cancellationToken)
    {
        List<Rejection> rejected = [];
        int position = 0;
        try
        {
            for (; position < batch.Count; position++)
            {
                HttpAnswer answer = await SendAsync(batch, position, 1, cancellationToken);
                if (answer.Verdict is HttpVerdict.Refused)
                {
                    rejected.Add(new Rejection(position, answer.Reason));
                }
                else if (answer.Verdict is HttpVerdict.Later)
                {
                    return position == 0 ? new DeliveryResult.RetryLater(answer.Reason, answer.After) : Rest(answer.After);
                }
            }
        }
        catch (OperationCanceledException) when (position > 0)
        {
            return Rest(null); // what was taken is not to be sent again, nor counted as lost
        }

        return rejected.Count > 0 ? Rest(null) : DeliveryResult.Delivered.All;

        DeliveryResult Rest(TimeSpan? after) =>
            new DeliveryResult.Partial([.. Enumerable.Range(position, batch.Count - position)], after, rejected);
    }

    /// <summary>Sends some events of a batch in one body: to one host, and where it fails to the next.</summary>
    private async Task<HttpAnswer> SendAsync(
        IReadOnlyList<EncodedEvent> batch, int first, int count, CancellationToken cancellationToken)
    {
        HttpBody body = _spare ?? new HttpBody(_options.Format, _options.CompressionLevel);
        _spare = null;
        ReadOnlyMemory<byte> bytes = body.Write(batch, first, count);
        string key = IdempotencyKey.Of(batch, first, count);
        HttpAnswer answer = default;
        foreach (HttpAddress host in _hosts.InTurn())
        {
            answer = await _post.SendAsync(host, bytes, key, cancellationToken);
            if (answer.Verdict is not HttpVerdict.Later)
            {
                _hosts.Well(host);
                _spare = body; // not where there was no answer: a request that was given up may still be reading it
                return answer;
            }

            _hosts.Unwell(host, answer.After);
        }

        return answer with { After = _hosts.Pause };
    }
}
