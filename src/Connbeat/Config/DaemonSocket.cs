using System.Globalization;

namespace Connbeat.Config;

/// <summary>Where strongSwan's VICI listens, as a setting has it.</summary>
internal static class DaemonSocket
{
    /// <summary>Nowhere.</summary>
    public const string Off = "off";

    /// <summary>What can be written.</summary>
    public const string Expected = "a path such as /var/run/charon.vici, or tcp://host:port";

    private const string Unix = "unix://", Tcp = "tcp://";
    private const int LongestPath = 107; // of sockaddr_un

    /// <summary>True for a path or an address.</summary>
    public static bool IsOne(string text)
    {
        string path = text.StartsWith(Unix, StringComparison.Ordinal) ? text[Unix.Length..] : text;
        if (path.StartsWith('/'))
        {
            return path.Length > 1 && System.Text.Encoding.UTF8.GetByteCount(path) <= LongestPath && !path.Contains('\0', StringComparison.Ordinal);
        }

        int colon = text.LastIndexOf(':');
        return text.StartsWith(Tcp, StringComparison.Ordinal) && colon > Tcp.Length && !text[Tcp.Length..].Contains('/', StringComparison.Ordinal) &&
            ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0;
    }
}
