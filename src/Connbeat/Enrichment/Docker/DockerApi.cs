using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Connbeat.Linux;

namespace Connbeat.Enrichment.Docker;

/// <summary>
/// The requests that connbeat makes of a container engine: it reads, and never starts or changes anything. See
/// https://docs.docker.com/reference/api/engine/; Podman answers them alike. Paths carry no version, so that an engine
/// of any age takes them. Whatever the engine answers is a value or a <see cref="DockerException"/>.
/// </summary>
internal sealed partial class DockerApi : IDisposable
{
    /// <summary>The most bytes of an answer.</summary>
    public const int LongestAnswer = 16 * 1024 * 1024;

    /// <summary>The most bytes of one event.</summary>
    public const int LongestEvent = 1024 * 1024;

    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <summary>Prepares to ask; connects only when it does.</summary>
    /// <exception cref="Config.ConfigException">The certificates can't be read.</exception>
    public DockerApi(DockerEndpoint endpoint, TimeProvider time)
    {
        _time = time;
        Address = endpoint.Address;
        _http = new HttpClient(DockerTransport.Open(endpoint))
        {
            BaseAddress = endpoint.Root,
            Timeout = Timeout.InfiniteTimeSpan, // each request has its own
        };
    }

    /// <summary>Where the engine listens, for messages.</summary>
    public string Address { get; }

    /// <summary>Is it there, and is it an engine?</summary>
    public Task PingAsync(CancellationToken stop) => GetAsync("_ping", static _ => true, stop);

    /// <summary>The host name of the engine's machine.</summary>
    public Task<string> HostnameAsync(CancellationToken stop) => GetAsync("info", DockerAnswers.Hostname, stop);

    /// <summary>The image of a container, running or not, as the list of containers names it; null: not listed.</summary>
    public Task<string?> ImageAsync(string id, CancellationToken stop) => IsId(id)
        ? GetAsync(
            $"containers/json?all=true&filters={Uri.EscapeDataString($$"""{"id":["{{id}}"]}""")}",
            answer => DockerAnswers.ImageOf(id, answer),
            stop)
        : Task.FromResult<string?>(null);

    /// <summary>All that is told of a container; null where the engine has none of this id.</summary>
    /// <param name="id">The whole id. A container that is merely named so is another one.</param>
    /// <param name="variables">Which variables of the environment to keep.</param>
    /// <param name="stop">Abandons the request.</param>
    public async Task<ContainerInspection?> InspectAsync(
        string id, IReadOnlySet<string> variables, CancellationToken stop)
    {
        if (!IsId(id))
        {
            return null;
        }

        ContainerInspection? found = await GetAsync(
            $"containers/{id}/json", answer => ContainerInspection.Parse(answer, variables), stop, mayBeMissing: true);
        return found?.Id == id ? found : null;
    }

    /// <summary>
    /// Follows what happens to containers. Takes as long as the engine likes: some send nothing before the first event.
    /// </summary>
    /// <param name="since">Events of the past are told again from here on, as far as the engine remembers them.</param>
    /// <param name="stop">Abandons the request, not what came of it.</param>
    public async Task<DockerEvents> FollowAsync(DateTimeOffset since, CancellationToken stop)
    {
        string actions = string.Join("\",\"", DockerEvent.Actions);
        string filters = $$"""{"type":["container","network"],"event":["{{actions}}"]}""";
        string path = string.Create(
            CultureInfo.InvariantCulture,
            $"events?since={since.ToUnixTimeSeconds()}&filters={Uri.EscapeDataString(filters)}");
        HttpResponseMessage? answer = null;
        try
        {
            answer = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, stop);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw Refusal(DockerEvents.Request, answer.StatusCode, default);
            }

            return new DockerEvents(answer, await answer.Content.ReadAsStreamAsync(stop));
        }
        catch (Exception failure)
        {
            answer?.Dispose();
            if (DockerException.IsFailure(failure, stop))
            {
                throw DockerException.Of(DockerEvents.Request, failure);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(
        string path, Func<ReadOnlyMemory<byte>, T> read, CancellationToken stop, bool mayBeMissing = false)
    {
        string request = $"GET /{path.Split('?')[0]}";
        using CancellationTokenSource patience = new(Patience, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        try
        {
            using HttpResponseMessage answer =
                await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (mayBeMissing && answer.StatusCode == HttpStatusCode.NotFound)
            {
                return default!;
            }

            ReadOnlyMemory<byte> body = await ReadAsync(answer.Content, either.Token);
            return answer.StatusCode == HttpStatusCode.OK
                ? read(body)
                : throw Refusal(request, answer.StatusCode, body);
        }
        catch (Exception failure) when (DockerException.IsFailure(failure, stop))
        {
            throw DockerException.Of(request, failure);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken stop)
    {
        if (content.Headers.ContentLength > LongestAnswer)
        {
            throw TooLong();
        }

        using Stream stream = await content.ReadAsStreamAsync(stop);
        byte[] buffer = new byte[16 * 1024];
        int length = 0;
        while (await stream.ReadAsync(buffer.AsMemory(length), stop) is > 0 and int read)
        {
            length += read;
            if (length > LongestAnswer)
            {
                throw TooLong();
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        return buffer.AsMemory(0, length);
    }

    private static WireFormatException TooLong() => new($"more than {LongestAnswer} bytes");

    private static DockerException Refusal(string request, HttpStatusCode status, ReadOnlyMemory<byte> body)
    {
        string message = DockerAnswers.Message(body) is { } said ? $": {said}" : "";
        return new(DockerFailure.Refused, $"the answer to {request} is {(int)status} {status}{message}");
    }

    /// <summary>Ids and names of containers, and nothing else that a path or a filter could take for its own.</summary>
    private static bool IsId(string id) => id.Length <= 255 && Id().IsMatch(id);

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]*\z")]
    private static partial Regex Id();
}
