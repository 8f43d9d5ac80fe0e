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

/// <summary>The names of directions in the stream.</summary>
internal static class DirectionNames
{
    private static readonly string[] Names = ["unknown", "inbound", "outbound", "listening"];

    /// <summary>The value of <c>network.direction</c>.</summary>
    public static string Name(this Direction direction) => Names[(int)direction];
}
