namespace Connbeat.Config;

/// <summary>What is served to Prometheus: the <c>exporters</c> section. Nothing listens without it.</summary>
internal sealed record ExporterOptions
{
    /// <summary>False: nothing is served. Default true where there is a section.</summary>
    public bool Enabled { get; init; }

    /// <summary>Where the pages are served. Default 127.0.0.1:9479.</summary>
    public ListenAddress Listen { get; init; } = new("127.0.0.1", 9479, null);

    /// <summary>The web-config.yml that says who may see the pages; empty for none. Default none; the key is <c>web_config</c>.</summary>
    public string WebConfig { get; init; } = "";

    /// <summary>Watched sockets; null for none. Default none.</summary>
    public CnxwatchOptions? Cnxwatch { get; init; }

    /// <summary>Connections per remote host; null for none. Default none.</summary>
    public ConntrackOptions? Conntrack { get; init; }

    /// <summary>strongSwan's SAs; null for none. Default none; the key is <c>ipsec_vici</c>.</summary>
    public IpsecViciOptions? IpsecVici { get; init; }

    /// <summary>The tunnels of ipsec.conf; null for none. Default none; the key is <c>ipsec_status</c>.</summary>
    public IpsecStatusOptions? IpsecStatus { get; init; }

    /// <summary>Reads the <c>exporters</c> section of the root.</summary>
    public static ExporterOptions Read(ConfigSection root)
    {
        ConfigSection exporters = root.Section("exporters");
        bool enabled = exporters.Bool("enabled", root.HasSection("exporters"));
        if (!enabled)
        {
            exporters.SwitchOff();
        }

        return new()
        {
            Enabled = enabled,
            Listen = exporters.Listen("listen", new ExporterOptions().Listen),
            WebConfig = exporters.WebConfig("web_config"),
            Cnxwatch = exporters.Optional("cnxwatch", CnxwatchOptions.Read),
            Conntrack = exporters.Optional("conntrack", ConntrackOptions.Read),
            IpsecVici = exporters.Optional("ipsec_vici", IpsecViciOptions.Read),
            IpsecStatus = exporters.Optional("ipsec_status", IpsecStatusOptions.Read),
        };
    }
}
