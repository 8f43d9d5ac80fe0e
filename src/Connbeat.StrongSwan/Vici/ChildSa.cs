namespace Connbeat.StrongSwan.Vici;

/// <summary>A CHILD_SA as <c>list-sa</c> and the events have it: one pair of SAs in the kernel, of one rekeying.</summary>
internal sealed record ChildSa
{
    /// <summary>The name in the configuration.</summary>
    public required string Name { get; init; }

    /// <summary>The daemon's number, another after each rekeying.</summary>
    public required string UniqueId { get; init; }

    /// <summary>What the kernel's policies and states are joined by; the same after a rekeying.</summary>
    public required string ReqId { get; init; }

    /// <summary>As the daemon says it: <c>INSTALLED</c>.</summary>
    public required string State { get; init; }

    /// <summary>The SPI that this host receives under, in hexadecimal; empty before there is one.</summary>
    public required string SpiIn { get; init; }

    /// <summary>True where ESP goes in UDP.</summary>
    public bool Encap { get; init; }

    /// <summary>Of encryption: <c>AES_GCM_16</c>, and its key in bits.</summary>
    public required (string Algorithm, long KeySize) Encryption { get; init; }

    /// <summary>Of integrity; empty where encryption has it.</summary>
    public required (string Algorithm, long KeySize) Integrity { get; init; }

    /// <summary>The Diffie-Hellman group of the last rekeying; empty where it had none.</summary>
    public required string DhGroup { get; init; }

    /// <summary>What went through it since it was installed.</summary>
    public SaTraffic Traffic { get; init; }

    /// <summary>Seconds since the last packet came in, and went out.</summary>
    public (long In, long Out) IdleSeconds { get; init; }

    /// <summary>Seconds since it was installed.</summary>
    public long InstalledSeconds { get; init; }

    /// <summary>Seconds until it is rekeyed.</summary>
    public long RekeySeconds { get; init; }

    /// <summary>Seconds until it ends where it is not.</summary>
    public long LifeSeconds { get; init; }

    /// <summary>What is behind this host.</summary>
    public required IReadOnlyList<string> LocalTs { get; init; }

    /// <summary>What is behind the peer.</summary>
    public required IReadOnlyList<string> RemoteTs { get; init; }

    /// <summary>Reads one.</summary>
    public static ChildSa Read(ViciSection child) => new()
    {
        Name = child.Text("name"u8),
        UniqueId = child.Text("uniqueid"u8),
        ReqId = child.Text("reqid"u8),
        State = child.Text("state"u8),
        SpiIn = child.Text("spi-in"u8),
        Encap = child.Flag("encap"u8),
        Encryption = (child.Text("encr-alg"u8), child.Number("encr-keysize"u8)),
        Integrity = (child.Text("integ-alg"u8), child.Number("integ-keysize"u8)),
        DhGroup = child.Text("dh-group"u8),
        Traffic = new SaTraffic(
            child.Number("bytes-in"u8), child.Number("packets-in"u8), child.Number("bytes-out"u8), child.Number("packets-out"u8)),
        IdleSeconds = (child.Number("use-in"u8), child.Number("use-out"u8)),
        InstalledSeconds = child.Number("install-time"u8),
        RekeySeconds = child.Number("rekey-time"u8),
        LifeSeconds = child.Number("life-time"u8),
        LocalTs = child.List("local-ts"u8),
        RemoteTs = child.List("remote-ts"u8),
    };
}

/// <summary>Bytes and packets of an SA, both ways.</summary>
internal readonly record struct SaTraffic(long BytesIn, long PacketsIn, long BytesOut, long PacketsOut)
{
    /// <summary>All of both.</summary>
    public static SaTraffic operator +(SaTraffic one, SaTraffic other) => new(
        one.BytesIn + other.BytesIn, one.PacketsIn + other.PacketsIn, one.BytesOut + other.BytesOut, one.PacketsOut + other.PacketsOut);

    /// <summary>The greater of each: of two sightings of one SA, the later.</summary>
    public static SaTraffic Later(SaTraffic one, SaTraffic other) => new(
        Math.Max(one.BytesIn, other.BytesIn),
        Math.Max(one.PacketsIn, other.PacketsIn),
        Math.Max(one.BytesOut, other.BytesOut),
        Math.Max(one.PacketsOut, other.PacketsOut));
}
