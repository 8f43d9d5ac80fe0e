using System.Text;
using Connbeat.Linux.Conntrack;

namespace Connbeat.Exporters.Conntrack;

/// <summary>Writes a line for each change of a flow, in the forms of conntrack_exporter.</summary>
/// <param name="to">Where to.</param>
/// <param name="asJson">True for JSON, false for libnetfilter_conntrack's own text.</param>
/// <param name="time">Tells how old flows are.</param>
internal sealed class ConntrackLog(TextWriter to, bool asJson, TimeProvider time)
{
    private readonly ConntrackText _text = new(time);
    private readonly StringBuilder _line = new();

    /// <summary>Writes one.</summary>
    public void Write(ConntrackChange change, in ConntrackEntry entry, in RemoteHost end)
    {
        string name = change switch
        {
            ConntrackChange.New => "new",
            ConntrackChange.Update => "update",
            _ => "destroy",
        };
        _line.Clear();
        if (asJson)
        {
            ConntrackTuple original = entry.Original, reply = entry.Reply;
            _line.Append("{\"event_type\":\"").Append(name);
            Append("original_source_host", original.Source, original.SourcePort);
            Append("original_destination_host", original.Destination, original.DestinationPort);
            Append("reply_source_host", reply.Source, reply.SourcePort);
            Append("reply_destination_host", reply.Destination, reply.DestinationPort);
            Append("remote_host", end.Address, end.Port);
            _line.Append("\",\"state\":\"").Append(ConnectionStages.Of(entry)).Append("\"}");
        }
        else
        {
            _line.Append("event=").Append(name.PadRight(10)).Append(' ');
            _text.Append(_line, entry);
        }

        to.WriteLine(_line);
    }

    /// <summary>Hands over what was written.</summary>
    public void Flush() => to.Flush();

    private void Append(string name, Linux.InetAddress address, ushort port)
    {
        _line.Append("\",\"").Append(name).Append("\":\"");
        _ = address.IsIPv4 ? _line.Append(address) : _line.Append('[').Append(address).Append(']');
        _line.Append(':').Append(port);
    }
}
