using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.Conntrack;

namespace Connbeat.Enrichment.Nat;

/// <summary>
/// The flows that conntrack translates: those whose reply is not the mirror of their original. Flows of zones are left out,
/// for a socket does not tell its zone. Holds as many as it may, and then the newest. One thread at a time.
/// </summary>
/// <param name="capacity">How many flows it may hold.</param>
internal sealed class NatTable(int capacity)
{
    private const byte Tcp = 6, Udp = 17; // IPPROTO_TCP, IPPROTO_UDP

    // Under both ends as the socket has them that began the flow, and as the socket has them that answers it.
    private readonly Dictionary<Ends, LinkedListNode<Flow>> _byEnds = [];
    private readonly LinkedList<Flow> _oldestFirst = [];

    /// <summary>How many flows it holds.</summary>
    public int Count => _oldestFirst.Count;

    /// <summary>Takes what became of a flow.</summary>
    /// <returns>False where the oldest flow was forgotten to make room.</returns>
    public bool Apply(ConntrackChange change, in ConntrackEntry entry)
    {
        if (entry.Protocol is not (Tcp or Udp) || entry.Zone is > 0)
        {
            return true;
        }

        Flow flow = new(
            new Ends(entry.Protocol, Seen(entry.Original)), new Ends(entry.Protocol, Seen(entry.Reply)));
        bool isKept = change is not ConntrackChange.Destroy && flow.IsTranslated;
        if (isKept && _byEnds.TryGetValue(flow.Asking, out LinkedListNode<Flow>? known) && known.Value == flow)
        {
            return true;
        }

        Forget(flow.Asking); // also where it is another's: the kernel has one flow of these ends at a time
        Forget(flow.Answering);
        if (!isKept)
        {
            return true;
        }

        bool hadRoom = Count < capacity;
        if (!hadRoom)
        {
            Forget(_oldestFirst.First!.Value.Asking);
        }

        _byEnds[flow.Asking] = _byEnds[flow.Answering] = _oldestFirst.AddLast(flow);
        return hadRoom;
    }

    /// <summary>What becomes of the ends that a socket has; null where they are not translated, or not known.</summary>
    public NatFacts? Of(Transport transport, in InetTuple tuple)
    {
        Ends ends = new(transport is Transport.Tcp ? Tcp : Udp, tuple);
        if (!_byEnds.TryGetValue(ends, out LinkedListNode<Flow>? found))
        {
            return null;
        }

        // Whoever answers sends to where the question came from: its local end is the other's remote one.
        InetTuple other = (ends == found.Value.Asking ? found.Value.Answering : found.Value.Asking).Tuple;
        bool localIsSame = other.Remote == tuple.Local && other.RemotePort == tuple.LocalPort;
        bool remoteIsSame = other.Local == tuple.Remote && other.LocalPort == tuple.RemotePort;
        return new NatFacts(
            localIsSame ? null : new NatEnd(other.Remote, other.RemotePort),
            remoteIsSame ? null : new NatEnd(other.Local, other.LocalPort));
    }

    private static InetTuple Seen(in ConntrackTuple tuple) =>
        new(tuple.Source, tuple.SourcePort, tuple.Destination, tuple.DestinationPort);

    private void Forget(in Ends ends)
    {
        if (_byEnds.Remove(ends, out LinkedListNode<Flow>? flow))
        {
            _byEnds.Remove(flow.Value.Asking);
            _byEnds.Remove(flow.Value.Answering);
            _oldestFirst.Remove(flow);
        }
    }

    /// <summary>Both ends, as the socket has them that sends from the local one.</summary>
    private readonly record struct Ends(byte Protocol, InetTuple Tuple);

    /// <summary>A flow: its ends for the socket that began it, and for the one that answers.</summary>
    private readonly record struct Flow(Ends Asking, Ends Answering)
    {
        public bool IsTranslated =>
            Asking.Tuple.Local != Answering.Tuple.Remote || Asking.Tuple.LocalPort != Answering.Tuple.RemotePort ||
            Asking.Tuple.Remote != Answering.Tuple.Local || Asking.Tuple.RemotePort != Answering.Tuple.LocalPort;
    }
}
