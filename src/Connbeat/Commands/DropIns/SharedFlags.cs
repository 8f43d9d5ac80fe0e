using System.CommandLine;

namespace Connbeat.Commands.DropIns;

/// <summary>The flags that several of these programs take.</summary>
internal static class SharedFlags
{
    /// <summary>Where to serve.</summary>
    /// <param name="address">Where, unless it is told.</param>
    /// <param name="expected">What may be told.</param>
    public static Option<string> ListenAddress(string address, string expected = "host:port, :port, or unix:/path") => new("--web.listen-address")
    {
        Description = $"Where to serve: {expected}.",
        DefaultValueFactory = _ => address,
    };

    /// <summary>Who is let in.</summary>
    public static Option<string> WebConfigFile() => new("--web.config.file")
    {
        Description = "A web-config.yml, with TLS and who may see the metrics.",
        DefaultValueFactory = _ => "",
    };

    /// <summary>The path of the page.</summary>
    public static Option<string> TelemetryPath() => new("--web.telemetry-path")
    {
        Description = "The path of the metrics.",
        DefaultValueFactory = _ => "/metrics",
    };

    /// <summary>The socket of strongSwan.</summary>
    public static Option<string> ViciSocket() => new("--vici.socket")
    {
        Description = "Where strongSwan listens: a path, unix:///path, or tcp://host:port.",
        DefaultValueFactory = _ => "/var/run/charon.vici",
    };

    /// <summary>How long strongSwan may take.</summary>
    public static Option<string> Timeout(string name, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => "5s",
    };
}
