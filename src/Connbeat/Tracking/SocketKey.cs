namespace Connbeat.Tracking;

/// <summary>
/// What the table knows a socket by: its network namespace and its cookie, which the kernel never gives twice between
/// two boots. A key is a socket, not a connection: one socket can have several lives (see <see cref="Connection.Life"/>).
/// </summary>
internal readonly record struct SocketKey(uint Namespace, ulong Cookie);
