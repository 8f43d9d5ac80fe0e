namespace Connbeat.Config;

/// <summary>What an event says about the owner of a socket: part of the <c>connbeat</c> section.</summary>
internal sealed record EnrichmentOptions
{
    /// <summary>False: no process is looked up. Default true.</summary>
    public bool ExposeProcessInfo { get; init; } = true;

    /// <summary>True: events carry the command line. Default true.</summary>
    public bool ExposeCmdline { get; init; } = true;

    /// <summary>Which variables of the process's environment events carry. Default none.</summary>
    public ExposedEnvironment ExposeEnviron { get; init; } = ExposedEnvironment.None;

    /// <summary>What is taken out of command lines, environments and labels. Default what is known to be secret.</summary>
    public RedactOptions Redact { get; init; } = new();

    /// <summary>True: the container engine is asked for names, images, labels and ports. Default false.</summary>
    public bool EnableDocker { get; init; }

    /// <summary>Which variables of a container's environment events carry. Default none.</summary>
    public IReadOnlyList<string> DockerEnvironment { get; init; } = [];

    /// <summary>
    /// Where strongSwan's VICI listens, so that connections tell their IPsec tunnel; <c>off</c> for nowhere. Default off.
    /// </summary>
    public string Tunnels { get; init; } = DaemonSocket.Off;

    /// <summary>True: connections tell what address translation makes of their ends, by conntrack's word. Default false.</summary>
    public bool Nat { get; init; }

    /// <summary>Reads its part of the <c>connbeat</c> section.</summary>
    public static EnrichmentOptions Read(ConfigSection connbeat)
    {
        EnrichmentOptions defaults = new();
        return new()
        {
            ExposeProcessInfo = connbeat.Bool("expose_process_info", defaults.ExposeProcessInfo),
            ExposeCmdline = connbeat.Bool("expose_cmdline", defaults.ExposeCmdline),
            ExposeEnviron = ExposedEnvironment.Read(connbeat, "expose_environ"),
            Redact = RedactOptions.Read(connbeat, "redact"),
            EnableDocker = connbeat.Bool("enable_docker", defaults.EnableDocker),
            DockerEnvironment = connbeat.TextList("docker_environment", defaults.DockerEnvironment),
            Tunnels = connbeat.Text(
                "tunnels", defaults.Tunnels, $"{DaemonSocket.Off}, or where strongSwan listens: {DaemonSocket.Expected}",
                text => text == DaemonSocket.Off || DaemonSocket.IsOne(text)),
            Nat = connbeat.Bool("nat", defaults.Nat),
        };
    }
}
