using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Connbeat.Enrichment.Docker;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment.Docker;

/// <summary>
/// A container engine on a unix socket of its own. It knows the containers of Fixtures/docker, and answers as the Engine
/// API documents until it is told to answer otherwise.
/// </summary>
internal sealed class FakeEngine : IAsyncDisposable
{
    public const string Web = "5f0c1e9a7b3d48f26a915c8e0d4b7a32f1968e5c3b0a7d42918f6e5d3c2b1a09";
    public const string Resolver = "c41e7d20a9b85f36e1470cdb92a8f5634e0d7b1c9a28f3e6570d4b8c1a9e2f37";

    /// <summary>The longest that anything here should take on a busy machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-engine-").FullName;
    private readonly ConcurrentDictionary<string, Answer> _answers = new();
    private readonly ConcurrentDictionary<Channel<string>, bool> _followers = new();
    private readonly Channel<string> _requests = Channel.CreateUnbounded<string>();
    private readonly ConcurrentDictionary<Task, bool> _conversations = new();
    private CancellationTokenSource _life = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _open;

    public FakeEngine()
    {
        this["/_ping"] = Text(200, "OK");
        this["/info"] = Text(200, Read("info.json"));
        this["/containers/json"] = Text(200, Read("containers.json"));
        this[$"/containers/{Web}/json"] = Text(200, Read("inspect-web.json"));
        this[$"/containers/{Resolver}/json"] = Text(200, Read("inspect-dns.json"));
        this["/events"] = FollowAsync;
    }

    /// <summary>Writes a whole HTTP response.</summary>
    public delegate Task Answer(Stream to, CancellationToken stop);

    public string SocketPath => Path.Combine(_folder, "docker.sock");

    public DockerEndpoint Endpoint => DockerEndpoint.Read(Environment);

    /// <summary>Connections that are not closed at both ends.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>What is answered to requests for a path.</summary>
    public Answer this[string path]
    {
        set => _answers[path] = value;
    }

    public static string Read(string fixture) => string.Join('\n', Fixture.Lines($"docker/{fixture}"));

    public static Answer Text(int status, string body, string type = "application/json") =>
        Raw($"HTTP/1.1 {status} Status\r\nContent-Type: {type}\r\n" +
            $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>These bytes and then the end, be that HTTP or not.</summary>
    public static Answer Raw(string response) =>
        (to, stop) => to.WriteAsync(Encoding.UTF8.GetBytes(response), stop).AsTask();

    /// <summary>Nothing at all, until the engine or the other end goes away.</summary>
    public static Task Silence(Stream to, CancellationToken stop) => Task.Delay(Timeout.InfiniteTimeSpan, stop);

    public string? Environment(string name) => name == "DOCKER_HOST" ? $"unix://{SocketPath}" : null;

    public FakeEngine Start()
    {
        _life = new CancellationTokenSource();
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen(64);
        _accepting = AcceptAsync(_listener, _life.Token);
        return this;
    }

    /// <summary>Goes away as a killed engine does: in the middle of whatever it is saying.</summary>
    public async Task StopAsync()
    {
        await _life.CancelAsync();
        _listener?.Dispose();
        await _accepting;
        await Task.WhenAll(_conversations.Keys).WaitAsync(Limit);
        File.Delete(SocketPath);
        _life.Dispose();
    }

    /// <summary>The next request, as method and target.</summary>
    public Task<string> RequestAsync() => _requests.Reader.ReadAsync().AsTask().WaitAsync(Limit);

    /// <summary>Passes over requests until one for this path comes.</summary>
    public async Task<string> RequestAsync(string path)
    {
        string request;
        do
        {
            request = await RequestAsync();
        }
        while (PathOf(request) != path);

        return request;
    }

    /// <summary>Requests that nobody has read yet.</summary>
    public IEnumerable<string> UnreadRequests()
    {
        while (_requests.Reader.TryRead(out string? request))
        {
            yield return request;
        }
    }

    /// <summary>Sends pieces of the event stream to whoever follows it; each in a chunk of its own.</summary>
    public void Tell(params string[] pieces)
    {
        foreach (Channel<string> follower in _followers.Keys)
        {
            foreach (string piece in pieces)
            {
                follower.Writer.TryWrite(piece);
            }
        }
    }

    /// <summary>Ends the event streams in good order, and stays.</summary>
    public void EndEvents()
    {
        foreach (Channel<string> follower in _followers.Keys)
        {
            follower.Writer.TryComplete();
        }
    }

    /// <summary>Waits until every connection is closed.</summary>
    public async Task AllClosedAsync()
    {
        using CancellationTokenSource limit = new(Limit);
        while (Open > 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_life.IsCancellationRequested)
        {
            await StopAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string PathOf(string request) => request.Split(' ')[1].Split('?')[0];

    private async Task AcceptAsync(Socket listener, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                Socket connection = await listener.AcceptAsync(stop);
                Interlocked.Increment(ref _open);
                Task conversation = ConverseAsync(connection, stop);
                _conversations[conversation] = true;
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The engine went away.
        }
    }

    private async Task ConverseAsync(Socket connection, CancellationToken stop)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using NetworkStream stream = new(connection, ownsSocket: true);
        Task<bool> hungUp = Task.FromResult(true);
        try
        {
            string request = await ReadHeadAsync(stream, stop);
            hungUp = WaitForEndAsync(stream, over);
            Answer answer = _answers.GetValueOrDefault(PathOf(request), Text(404, """{"message":"No such container"}"""));
            Task answering = answer(stream, over.Token);
            await _requests.Writer.WriteAsync(request, stop);
            await answering;
            connection.Shutdown(SocketShutdown.Send);
            await hungUp; // a client that leaves its end open is found here
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or SocketException)
        {
            // One of both went away.
        }
        finally
        {
            stream.Close();
            await over.CancelAsync();
            await hungUp;
            Interlocked.Decrement(ref _open);
        }
    }

    private static async Task<string> ReadHeadAsync(Stream stream, CancellationToken stop)
    {
        StringBuilder head = new();
        byte[] buffer = new byte[1024];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int read = await stream.ReadAsync(buffer, stop);
            if (read == 0)
            {
                throw new IOException("no whole request");
            }

            head.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return head.ToString().Split(" HTTP/")[0];
    }

    /// <summary>Clients send one request and then nothing but their end.</summary>
    private static async Task<bool> WaitForEndAsync(Stream stream, CancellationTokenSource over)
    {
        try
        {
            _ = await stream.ReadAsync(new byte[1], over.Token);
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // That is an end too.
        }

        await over.CancelAsync();
        return true;
    }

    private async Task FollowAsync(Stream to, CancellationToken stop)
    {
        Channel<string> pieces = Channel.CreateUnbounded<string>();
        _followers[pieces] = true;
        try
        {
            await Raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")(to, stop);
            await foreach (string piece in pieces.Reader.ReadAllAsync(stop))
            {
                await Raw($"{Encoding.UTF8.GetByteCount(piece):x}\r\n{piece}\r\n")(to, stop);
            }

            await Raw("0\r\n\r\n")(to, stop);
        }
        finally
        {
            _followers.TryRemove(pieces, out _);
        }
    }
}
