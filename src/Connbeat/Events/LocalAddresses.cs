using System.Buffers;
using System.Text.Json;
using Connbeat.Linux;

namespace Connbeat.Events;

/// <summary>
/// The addresses of a host, or of a container, as its sockets show them: <c>local_ips</c>. Grows as long as the agent
/// runs, to <see cref="Most"/> addresses; later ones are left out, for every event carries them all.
/// </summary>
internal sealed class LocalAddresses
{
    /// <summary>The most addresses that are kept.</summary>
    public const int Most = 256;

    private readonly HashSet<InetAddress> _seen = [];
    private readonly List<InetAddress> _addresses = [];
    private byte[] _json = [.. "[]"u8];

    /// <summary>How many addresses there are.</summary>
    public int Count => _addresses.Count;

    /// <summary>One of them, in the order in which they were seen.</summary>
    public InetAddress this[int index] => _addresses[index];

    /// <summary>The addresses as a JSON array of strings, in the order in which they were seen.</summary>
    public ReadOnlySpan<byte> Json => _json;

    /// <summary>Takes the address of a socket. Loopback and any tell nothing and are left out.</summary>
    public void Add(InetAddress address)
    {
        if (_seen.Contains(address) || Count == Most || address.IsLoopback || address.IsAny)
        {
            return;
        }

        _seen.Add(address);
        _addresses.Add(address);
        _json = Encode();
    }

    /// <summary>
    /// Takes the address of a socket that is the host's: in the agent's own namespace, and of no container.
    /// </summary>
    public void Learn(SocketFacts? socket)
    {
        if (socket is { Namespace: null, Container: null })
        {
            Add(socket.Tuple.Local);
        }
    }

    private byte[] Encode()
    {
        ArrayBufferWriter<byte> bytes = new();
        using Utf8JsonWriter json = new(bytes);
        json.WriteStartArray();
        foreach (InetAddress address in _addresses)
        {
            json.WriteStringValue(address.ToString());
        }

        json.WriteEndArray();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
