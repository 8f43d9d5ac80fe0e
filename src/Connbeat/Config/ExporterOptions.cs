namespace Connbeat.Config;

/// <summary>What is served to Prometheus: the <c>exporters</c> section. Nothing listens without it.</summary>
internal sealed record ExporterOptions
{
    /// <summary>False: nothing is served. Default true where there is a section.</summary>
    public bool Enabled { get; init; }

    /// <summary>Where the pages are served. Default 127.0.0.1:9479.</summary>
    public ListenAddress Listen { get; init; } = new("127.0.0.1", 9479, null);

    /// <summary>Reads the <c>exporters</c> section of the root.</summary>
    public static ExporterOptions Read(ConfigSection root)
    {
        ConfigSection exporters = root.Section("exporters");
        ExporterOptions defaults = new();
        bool enabled = exporters.Bool("enabled", root.HasSection("exporters"));
        if (!enabled)
        {
            exporters.SwitchOff();
        }

        string listen = exporters.Text(
            "listen", $"{defaults.Listen}", ListenAddress.Expected, text => ListenAddress.TryParse(text, out _));
        return new()
        {
            Enabled = enabled,
            Listen = ListenAddress.TryParse(listen, out ListenAddress? address) ? address : defaults.Listen,
        };
    }
}
