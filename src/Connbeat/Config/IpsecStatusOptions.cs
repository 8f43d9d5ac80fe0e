namespace Connbeat.Config;

/// <summary>The tunnels of ipsec.conf: the <c>exporters.ipsec_status</c> section.</summary>
internal sealed record IpsecStatusOptions
{
    private static readonly Dictionary<string, StatusSource> Sources = new()
    {
        ["auto"] = StatusSource.Auto,
        ["vici"] = StatusSource.Vici,
        ["command"] = StatusSource.Command,
    };

    /// <summary>Where the page of ipsec-exporter is served; null for nowhere. Default 127.0.0.1:10437.</summary>
    public ListenAddress? Listen { get; init; } = new("127.0.0.1", 10437, null);

    /// <summary>The file that names the tunnels; the key is <c>config_path</c>. Default /etc/ipsec.conf.</summary>
    public string ConfigPath { get; init; } = "/etc/ipsec.conf";

    /// <summary>Who is asked how they are. Default auto.</summary>
    public StatusSource Source { get; init; } = StatusSource.Auto;

    /// <summary>Where strongSwan listens. Default /var/run/charon.vici.</summary>
    public string Socket { get; init; } = "/var/run/charon.vici";

    /// <summary>The program that prints the status, and its arguments. Default <c>ipsec statusall</c>.</summary>
    public string Command { get; init; } = "ipsec statusall";

    /// <summary>The longest that either may take, 10ms to 1m. Default 5s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Reads the section.</summary>
    public static IpsecStatusOptions Read(ConfigSection section)
    {
        IpsecStatusOptions defaults = new();
        return new()
        {
            Listen = section.ListenOrNot("listen", defaults.Listen!),
            ConfigPath = section.Text("config_path", defaults.ConfigPath, "a path", static text => text.StartsWith('/')),
            Source = section.Choice("source", defaults.Source, Sources),
            Socket = section.Text("socket", defaults.Socket, DaemonSocket.Expected, DaemonSocket.IsOne),
            Command = section.Text("command", defaults.Command, "a program and its arguments", static text => text.Trim().Length > 0),
            Timeout = section.Duration("timeout", defaults.Timeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)),
        };
    }
}
