using System.Buffers.Binary;
using System.Net.Sockets;

namespace Connbeat.StrongSwan.Vici;

/// <summary>
/// The connection that packets travel on, each behind its length: 4 bytes, in network byte order. One sends and one reads
/// at a time.
/// </summary>
internal sealed class ViciStream : IDisposable
{
    private readonly Socket _socket;

    private ViciStream(Socket socket) => _socket = socket;

    /// <summary>Connects.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="timeout">The longest that it may take.</param>
    /// <param name="time">Measures it.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    /// <exception cref="IOException">Nobody answers there.</exception>
    public static async Task<ViciStream> ConnectAsync(
        ViciAddress address, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        Socket socket = address.MakeSocket();
        try
        {
            await socket.ConnectAsync(address.EndPoint, either.Token);
            return new ViciStream(socket);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new IOException($"{address} takes no connection within {timeout.TotalSeconds} s");
        }
        catch (SocketException failure)
        {
            socket.Dispose();

            // ENOENT, which .NET words as something else.
            string reason = failure.SocketErrorCode is SocketError.AddressNotAvailable && address.EndPoint is UnixDomainSocketEndPoint
                ? "there is no such socket"
                : failure.Message;
            throw new IOException($"{address}: {reason}", failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a packet.</summary>
    /// <exception cref="SocketException">The connection is broken.</exception>
    /// <exception cref="ObjectDisposedException">The connection was ended.</exception>
    public async Task SendAsync(ViciPacket packet, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> rest = packet.Encode();
        while (!rest.IsEmpty)
        {
            rest = rest[await _socket.SendAsync(rest, cancellationToken)..];
        }
    }

    /// <summary>Waits for the next packet.</summary>
    /// <returns>The packet, and its size in bytes; null where the connection ends before it.</returns>
    /// <exception cref="WireFormatException">It makes no sense, or ends within.</exception>
    /// <exception cref="SocketException">The connection is broken.</exception>
    /// <exception cref="ObjectDisposedException">The connection was ended.</exception>
    public async Task<(ViciPacket Packet, int Size)?> ReadAsync()
    {
        byte[] length = new byte[sizeof(uint)];
        if (!await FillAsync(length, isFirst: true))
        {
            return null;
        }

        uint size = BinaryPrimitives.ReadUInt32BigEndian(length);
        if (size is 0 or > ViciMessage.Longest)
        {
            throw new WireFormatException($"a packet of {size} bytes; expected 1 to {ViciMessage.Longest}");
        }

        byte[] packet = new byte[size]; // its own: what is parsed refers to it
        await FillAsync(packet, isFirst: false);
        return (ViciPacket.Parse(packet), packet.Length);
    }

    /// <summary>Ends the connection; whoever sends or reads wakes up. Any thread.</summary>
    public void End()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The far end was faster.
        }

        _socket.Close(); // the one that is disposed later has nothing left to hold
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <returns>False where the connection ends before the first byte.</returns>
    private async Task<bool> FillAsync(Memory<byte> buffer, bool isFirst)
    {
        for (int read = 0; read < buffer.Length;)
        {
            int more = await _socket.ReceiveAsync(buffer[read..]);
            if (more == 0)
            {
                return isFirst && read == 0
                    ? false
                    : throw new WireFormatException($"the connection ends {read} bytes into {buffer.Length}");
            }

            read += more;
        }

        return true;
    }
}
