namespace Connbeat.Enrichment.Docker;

/// <summary>The events of a container engine, as they happen.</summary>
internal sealed class DockerEvents(HttpResponseMessage answer, Stream stream) : IDisposable
{
    /// <summary>How messages name the request.</summary>
    public const string Request = "GET /events";

    private readonly byte[] _piece = new byte[8 * 1024];
    private readonly JsonValues _values = new(DockerApi.LongestEvent);

    /// <summary>Waits for the next event; null where the engine ended the stream.</summary>
    /// <exception cref="DockerException">The stream broke off, or is not what is documented.</exception>
    public async Task<DockerEvent?> ReadAsync(CancellationToken stop)
    {
        try
        {
            ReadOnlyMemory<byte> value;
            while (!_values.TryTake(out value))
            {
                int read = await stream.ReadAsync(_piece, stop);
                if (read == 0)
                {
                    return null;
                }

                _values.Append(_piece.AsSpan(0, read));
            }

            return DockerEvent.Parse(value);
        }
        catch (Exception failure) when (DockerException.IsFailure(failure, stop))
        {
            throw DockerException.Of(Request, failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        answer.Dispose();
    }
}
