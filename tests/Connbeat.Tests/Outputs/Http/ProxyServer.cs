using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Connbeat.Tests.Outputs.Http;

/// <summary>
/// A proxy on loopback: CONNECT of HTTP, or SOCKS 5 (RFC 1928, RFC 1929). Whatever name it is asked for, it leads to one
/// server.
/// </summary>
internal sealed class ProxyServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _life = new();
    private readonly ConcurrentBag<Task> _conversations = [];
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly WebServer _to;
    private readonly string? _user;
    private readonly Task _accepting;

    /// <param name="to">Where it leads.</param>
    /// <param name="user">Who may use it, as <c>user:password</c>; null: anybody.</param>
    /// <param name="speaksSocks">SOCKS 5, not HTTP.</param>
    public ProxyServer(WebServer to, string? user = null, bool speaksSocks = false)
    {
        _to = to;
        _user = user;
        _listener.Start();
        _accepting = AcceptAsync(speaksSocks ? MeetSocksAsync : MeetHttpAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it was asked for by those that it let pass: host and port.</summary>
    public IEnumerable<string> Asked => _asked;

    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_conversations).WaitAsync(WebServer.Limit);
        _life.Dispose();
    }

    private async Task AcceptAsync(Func<Stream, Task<bool>> meet)
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_life.Token);
                _conversations.Add(ConverseAsync(client, meet));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The proxy went away.
        }
    }

    private async Task ConverseAsync(TcpClient client, Func<Stream, Task<bool>> meet)
    {
        try
        {
            using TcpClient near = client, far = new();
            if (await meet(near.GetStream()))
            {
                await far.ConnectAsync(IPAddress.Loopback, _to.Port, _life.Token);
                await Task.WhenAny(
                    near.GetStream().CopyToAsync(far.GetStream(), _life.Token),
                    far.GetStream().CopyToAsync(near.GetStream(), _life.Token));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or SocketException)
        {
            // One of them went away.
        }
    }

    private async Task<bool> MeetHttpAsync(Stream near)
    {
        string? credentials = _user is null ? null : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(_user));
        while (await WebRequest.ReadAsync(near, _life.Token) is { } request)
        {
            if (request["Proxy-Authorization"] == credentials)
            {
                _asked.Enqueue(request.Line.Split(' ')[1]);
                await near.WriteAsync("HTTP/1.1 200 Go on\r\n\r\n"u8.ToArray(), _life.Token);
                return true;
            }

            await near.WriteAsync(
                "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _life.Token);
        }

        return false;
    }

    private async Task<bool> MeetSocksAsync(Stream near)
    {
        byte[] methods = await ReadAsync(near, (await ReadAsync(near, 2))[1]);
        byte method = _user is null ? (byte)0 : (byte)2;
        Assert.Contains(method, methods);
        await near.WriteAsync(new byte[] { 5, method }, _life.Token);
        if (_user is not null)
        {
            string name = Encoding.UTF8.GetString(await ReadAsync(near, (await ReadAsync(near, 2))[1]));
            string password = Encoding.UTF8.GetString(await ReadAsync(near, (await ReadAsync(near, 1))[0]));
            bool known = $"{name}:{password}" == _user;
            await near.WriteAsync(new byte[] { 1, known ? (byte)0 : (byte)1 }, _life.Token);
            if (!known)
            {
                return false;
            }
        }

        byte kind = (await ReadAsync(near, 4))[3];
        string host = kind is 3 /* DOMAINNAME */
            ? Encoding.ASCII.GetString(await ReadAsync(near, (await ReadAsync(near, 1))[0]))
            : new IPAddress(await ReadAsync(near, 4)).ToString();
        byte[] port = await ReadAsync(near, 2);
        _asked.Enqueue($"{host}:{(port[0] << 8) + port[1]}");
        await near.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, _life.Token);
        return true;
    }

    private async Task<byte[]> ReadAsync(Stream near, int count)
    {
        byte[] bytes = new byte[count];
        await near.ReadExactlyAsync(bytes, _life.Token);
        return bytes;
    }
}
