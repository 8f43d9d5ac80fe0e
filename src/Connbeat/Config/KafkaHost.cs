using System.Globalization;

namespace Connbeat.Config;

/// <summary>A broker as <c>output.kafka.hosts</c> names it.</summary>
internal static class KafkaHost
{
    private const string DefaultPort = "9092";

    /// <summary><c>host:port</c> of a host with or without a port; null for what is neither.</summary>
    public static string? Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        bool isBracketed = text is ['[', ..] && text.Contains(']');
        bool hasPort = colon > text.LastIndexOf(']') && (isBracketed || text.Count(c => c == ':') == 1);
        string host = hasPort ? text[..colon] : text;
        string port = hasPort ? text[(colon + 1)..] : DefaultPort;
        string name = isBracketed ? host.Trim('[', ']') : host;
        if (Uri.CheckHostName(name) is UriHostNameType.Unknown ||
            !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) || number == 0)
        {
            return null;
        }

        return name.Contains(':') ? $"[{name}]:{port}" : $"{host}:{port}";
    }
}
