using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;

namespace Connbeat.Tests.Outputs.Http;

/// <summary>
/// A web server on loopback that keeps its connections, remembers requests, and answers as it is told to: in turn, and
/// afterwards with 200 unless told otherwise.
/// </summary>
internal sealed class WebServer : IAsyncDisposable
{
    /// <summary>The longest that anything here should take on a busy machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly ConcurrentBag<Socket> Taken = [];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _life = new();
    private readonly Channel<WebRequest> _requests = Channel.CreateUnbounded<WebRequest>();
    private readonly ConcurrentQueue<Answer> _answers = new();
    private readonly ConcurrentBag<Task> _conversations = [];
    private readonly ConcurrentQueue<int> _vanishings = new();
    private readonly Task _accepting;
    private int _connections;

    public WebServer(X509Certificate2? certificate = null)
    {
        Certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Writes a response; false to hang up after it.</summary>
    public delegate Task<bool> Answer(WebRequest request, Stream to, CancellationToken stop);

    /// <summary>How it answers when it was not told how to answer next.</summary>
    public Answer Otherwise { get; set; } = Status(200);

    /// <summary>What it shows over TLS; null: it speaks none. For connections to come.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>The versions of TLS that it speaks.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>True: who has no certificate is not let in. For connections to come.</summary>
    public bool AsksForCertificate { get; set; }

    /// <summary>Of the last connection over TLS, the names in what the client has shown, its own first; empty for none.</summary>
    public string[] Shown { get; private set; } = [];

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>How often someone has connected.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>A port of loopback that nobody listens on, nor will: it stays taken.</summary>
    public static int ClosedPort()
    {
        Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Taken.Add(taken);
        return ((IPEndPoint)taken.LocalEndPoint!).Port;
    }

    public static Answer Status(int status, string body = "", string headers = "") =>
        (_, to, stop) => WriteAsync(
            to, $"HTTP/1.1 {status} Words\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}", true, stop);

    /// <summary>These bytes and then the end, be that HTTP or not.</summary>
    public static Answer Raw(byte[] bytes) => async (_, to, stop) =>
    {
        await to.WriteAsync(bytes, stop);
        return false;
    };

    /// <summary>These characters, and then nothing, until one of both goes away.</summary>
    public static Answer Stalls(string begun = "") => async (_, to, stop) =>
    {
        await WriteAsync(to, begun, true, stop);
        return await to.ReadAsync(new byte[1], stop) > 0;
    };

    /// <summary>Of the next connections each is reset after so many bytes have come.</summary>
    public void Vanishes(params ReadOnlySpan<int> after)
    {
        foreach (int bytes in after)
        {
            _vanishings.Enqueue(bytes);
        }
    }

    public void Answers(params ReadOnlySpan<Answer> next)
    {
        foreach (Answer answer in next)
        {
            _answers.Enqueue(answer);
        }
    }

    /// <summary>The next request.</summary>
    public Task<WebRequest> RequestAsync() => _requests.Reader.ReadAsync().AsTask().WaitAsync(Limit);

    /// <summary>Requests that nobody has read yet.</summary>
    public IEnumerable<WebRequest> UnreadRequests()
    {
        while (_requests.Reader.TryRead(out WebRequest? request))
        {
            yield return request;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_conversations).WaitAsync(Limit);
        _life.Dispose();
    }

    private static async Task<bool> WriteAsync(Stream to, string text, bool stays, CancellationToken stop)
    {
        await to.WriteAsync(Encoding.UTF8.GetBytes(text), stop);
        return stays;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_life.Token);
                Interlocked.Increment(ref _connections);
                _conversations.Add(ConverseAsync(client));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The server went away.
        }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        try
        {
            using TcpClient closing = client;
            if (_vanishings.TryDequeue(out int bytes))
            {
                await client.GetStream().ReadExactlyAsync(new byte[bytes], _life.Token);
                client.Client.LingerState = new LingerOption(true, 0); // a reset, not an end
                return;
            }

            await using Stream stream = await SecureAsync(client.GetStream());
            while (await WebRequest.ReadAsync(stream, _life.Token) is { } request)
            {
                Answer answer = _answers.TryDequeue(out Answer? next) ? next : Otherwise;
                _requests.Writer.TryWrite(request);
                if (!await answer(request, stream, _life.Token))
                {
                    break;
                }
            }
        }
        catch (Exception end) when (
            end is OperationCanceledException or IOException or SocketException or AuthenticationException)
        {
            // One of both went away.
        }
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        if (Certificate is null)
        {
            return stream;
        }

        SslStream secure = new(stream);
        await secure.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = Certificate,
                EnabledSslProtocols = Protocols,
                ClientCertificateRequired = AsksForCertificate,
                RemoteCertificateValidationCallback = (_, shown, chain, _) =>
                {
                    Shown = [.. chain?.ChainPolicy.ExtraStore.Select(one => one.Subject).Prepend(shown?.Subject).OfType<string>() ?? []];
                    return shown is not null || !AsksForCertificate;
                },
            },
            _life.Token);
        return secure;
    }
}
