using Connbeat.Linux;

namespace Connbeat.Events;

/// <summary>
/// The community ids of the flows that were told last: a flow between two processes of one host is told four times in its
/// life, and SHA-1 is the dearest part of each. For one thread at a time.
/// </summary>
internal sealed class RecentCommunityIds
{
    private const int Places = 1024;

    private readonly (Transport Transport, InetTuple Flow)[] _flows = new (Transport, InetTuple)[Places];
    private readonly byte[] _ids = new byte[Places * CommunityId.Length];

    /// <summary>The <see cref="CommunityId.Length"/> bytes of the id of a connection, in ASCII; valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(Transport transport, InetTuple tuple)
    {
        InetTuple flow = CommunityId.LowerEndFirst(tuple);
        int place = (int)((uint)HashCode.Combine(flow.LocalPort, flow.RemotePort, flow.Remote) % Places);
        Span<byte> id = _ids.AsSpan(place * CommunityId.Length, CommunityId.Length);
        if (_flows[place] != (transport, flow) || id[0] == 0)
        {
            CommunityId.Write(transport, flow, id);
            _flows[place] = (transport, flow);
        }

        return id;
    }
}
