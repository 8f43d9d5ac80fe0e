using Connbeat.Linux.Netlink;

namespace Connbeat.Linux.SockDiag;

/// <summary>Asks the kernel for all TCP or UDP sockets of the namespace that it was opened in. One thread at a time.</summary>
/// <param name="oneByOne">True asks for TCP of one family after the other, as kernels without the legacy request need.</param>
internal sealed class SockDiagSocket(bool oneByOne = false) : IDisposable
{
    private const int SockDiag = 4; // NETLINK_SOCK_DIAG
    private const int NoEntry = 2; // ENOENT: no such request in this kernel
    private const int InvalidArgument = 22; // EINVAL, from kernels that dropped it

    private readonly NetlinkSocket _netlink = NetlinkSocket.Open(SockDiag);
    private readonly byte[] _buffer = new byte[32 * 1024]; // the kernel fills no more than this in one datagram
    private uint _sequence;
    private bool _oneByOne = oneByOne;

    /// <summary>
    /// Reads every socket in one of <paramref name="states"/>. Sockets that exist from before the call until after
    /// it are told once; those that come or go meanwhile, perhaps.
    /// </summary>
    /// <returns>False where the kernel says that the dump is inconsistent.</returns>
    /// <exception cref="KernelException">The kernel refused.</exception>
    /// <exception cref="WireFormatException">The kernel's answer is not understood.</exception>
    public bool Dump(Transport transport, TcpStates states, SocketEntryReader reader)
    {
        const byte IPv4 = 2, IPv6 = 10; // AF_INET, AF_INET6

        if (transport is Transport.Tcp && !_oneByOne)
        {
            try
            {
                return Read(SocketDump.BothFamilies(states, ++_sequence), transport, reader);
            }
            catch (KernelException failure) when (failure.Errno is NoEntry or InvalidArgument)
            {
                _oneByOne = true;
            }
        }

        bool consistent = Read(SocketDump.OneFamily(transport, IPv4, states, ++_sequence), transport, reader);
        return Read(SocketDump.OneFamily(transport, IPv6, states, ++_sequence), transport, reader) && consistent;
    }

    /// <inheritdoc/>
    public void Dispose() => _netlink.Dispose();

    private bool Read(byte[] request, Transport transport, SocketEntryReader reader)
    {
        _netlink.Send(request);
        bool consistent = true;
        while (true)
        {
            if (_netlink.Receive(_buffer, out int length) is not NetlinkSocket.Received.Datagram)
            {
                consistent = false; // part of the answer is lost; the end still comes
                continue;
            }

            foreach (NetlinkMessage message in new NetlinkMessages(_buffer.AsSpan(0, length)))
            {
                if (message.Header.Sequence != _sequence)
                {
                    continue; // the rest of a dump that was broken off
                }

                consistent &= !message.Header.Flags.HasFlag(NetlinkFlags.DumpInterrupted);
                switch (message.Header.Type)
                {
                    case NetlinkMessageType.Done:
                        return consistent;
                    case NetlinkMessageType.Error:
                        throw new KernelException($"sock_diag dump of {transport} sockets", message.Errno);
                    case NetlinkMessageType.Noop:
                        break;
                    default:
                        reader(SocketEntry.Parse(message.Payload, transport));
                        break;
                }
            }
        }
    }
}

/// <summary>Takes one socket of a dump.</summary>
internal delegate void SocketEntryReader(in SocketEntry entry);
