using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using Connbeat.StrongSwan.Vici;

namespace Connbeat.Tests.StrongSwan.Vici;

/// <summary>Listens on a unix socket and answers as it is told to.</summary>
internal sealed class FakeCharon : IAsyncDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"charon-{Guid.NewGuid():N}.vici");
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly ConcurrentDictionary<Socket, bool> _clients = new();
    private readonly Func<Socket, Task> _serve;
    private readonly Task _accepting;
    private readonly Socket _listener;
    private int _accepted;

    /// <summary>Serves each connection with <paramref name="serve"/>, and closes it then.</summary>
    public FakeCharon(Func<Socket, Task> serve)
    {
        _serve = serve;
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Answers each request with packets.</summary>
    public FakeCharon(Func<ViciPacket, IReadOnlyList<byte[]>> answer)
        : this(client => AnswerAsync(client, answer))
    {
    }

    public ViciAddress Address => ViciAddress.TryParse(_path, out ViciAddress? address) ? address : throw new InvalidOperationException(_path);

    public string SocketPath => _path;

    /// <summary>How many connections there are now.</summary>
    public int Open => _clients.Count;

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Sends something to all who are connected.</summary>
    public async Task SendAllAsync(ViciPacket packet)
    {
        foreach (Socket client in _clients.Keys)
        {
            await client.SendAsync(packet.Encode());
        }
    }

    /// <summary>Drops all who are connected.</summary>
    public void Drop()
    {
        foreach (Socket client in _clients.Keys)
        {
            client.Shutdown(SocketShutdown.Both);
        }
    }

    public static async Task<ViciPacket?> ReadAsync(Socket client)
    {
        byte[] length = new byte[sizeof(uint)];
        if (!await FillAsync(client, length))
        {
            return null;
        }

        byte[] packet = new byte[BinaryPrimitives.ReadUInt32BigEndian(length)];
        return await FillAsync(client, packet) ? ViciPacket.Parse(packet) : null;
    }

    public static byte[] Framed(byte[] packet)
    {
        byte[] framed = new byte[sizeof(uint) + packet.Length];
        BinaryPrimitives.WriteUInt32BigEndian(framed, (uint)packet.Length);
        packet.CopyTo(framed, sizeof(uint));
        return framed;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        Drop();
        await Task.WhenAll(_serving);
        File.Delete(_path);
    }

    private static async Task AnswerAsync(Socket client, Func<ViciPacket, IReadOnlyList<byte[]>> answer)
    {
        while (await ReadAsync(client) is { } request)
        {
            await client.SendAsync((byte[])[.. answer(request).SelectMany(Framed)]);
        }
    }

    private static async Task<bool> FillAsync(Socket client, Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int read = await client.ReceiveAsync(buffer);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
        }

        return true;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync();
                Interlocked.Increment(ref _accepted);
                _clients[client] = true;
                _serving.Add(ServeAsync(client));
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // It was disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                await _serve(client);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // The one that connected has gone.
            }

            _clients.TryRemove(client, out _);
        }
    }
}
