namespace Connbeat.Events;

/// <summary>Who began a connection, seen from this host.</summary>
internal enum Direction : byte
{
    /// <summary>Nothing tells.</summary>
    Unknown,

    /// <summary>The other end connected to us.</summary>
    Inbound,

    /// <summary>We connected to the other end.</summary>
    Outbound,

    /// <summary>A listening socket: nobody has connected yet.</summary>
    Listening,
}
