namespace Connbeat.Config;

/// <summary>strongSwan's SAs, as VICI tells them: the <c>exporters.ipsec_vici</c> section.</summary>
internal sealed record IpsecViciOptions
{
    /// <summary>Where the page of ipsec_exporter is served; null for nowhere. Default 127.0.0.1:9814.</summary>
    public ListenAddress? Listen { get; init; } = new("127.0.0.1", 9814, null);

    /// <summary>Where strongSwan listens. Default /var/run/charon.vici.</summary>
    public string Socket { get; init; } = "/var/run/charon.vici";

    /// <summary>The longest that strongSwan may take to tell everything, 10ms to 1m. Default 5s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>True for two values as the original had them; the key is <c>legacy_values</c>. Default false.</summary>
    public bool LegacyValues { get; init; }

    /// <summary>Reads the section.</summary>
    public static IpsecViciOptions Read(ConfigSection section)
    {
        IpsecViciOptions defaults = new();
        return new()
        {
            Listen = section.ListenOrNot("listen", defaults.Listen!),
            Socket = section.Text("socket", defaults.Socket, DaemonSocket.Expected, DaemonSocket.IsOne),
            Timeout = section.Duration("timeout", defaults.Timeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)),
            LegacyValues = section.Bool("legacy_values", defaults.LegacyValues),
        };
    }
}
