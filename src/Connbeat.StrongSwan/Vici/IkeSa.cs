namespace Connbeat.StrongSwan.Vici;

/// <summary>An IKE_SA with its CHILD_SAs, as <c>list-sa</c> and the events have it.</summary>
internal sealed record IkeSa
{
    /// <summary>The name of the connection in the configuration.</summary>
    public required string Name { get; init; }

    /// <summary>The daemon's number, another after each rekeying.</summary>
    public required string UniqueId { get; init; }

    /// <summary>Of IKE: 1 or 2.</summary>
    public long Version { get; init; }

    /// <summary>As the daemon says it: <c>ESTABLISHED</c>.</summary>
    public required string State { get; init; }

    /// <summary>True where this host began.</summary>
    public bool IsInitiator { get; init; }

    /// <summary>True where the peer is behind a NAT.</summary>
    public bool NatRemote { get; init; }

    /// <summary>True where a NAT is pretended, for the sake of ESP in UDP.</summary>
    public bool NatFake { get; init; }

    /// <summary>Of encryption, and its key in bits.</summary>
    public required (string Algorithm, long KeySize) Encryption { get; init; }

    /// <summary>Of integrity.</summary>
    public required (string Algorithm, long KeySize) Integrity { get; init; }

    /// <summary>The Diffie-Hellman group.</summary>
    public required string DhGroup { get; init; }

    /// <summary>Seconds since it was established.</summary>
    public long EstablishedSeconds { get; init; }

    /// <summary>Seconds until it is rekeyed.</summary>
    public long RekeySeconds { get; init; }

    /// <summary>Seconds until the peers prove anew who they are.</summary>
    public long ReauthSeconds { get; init; }

    /// <summary>Its CHILD_SAs; none in events that are of the IKE_SA alone.</summary>
    public required IReadOnlyList<ChildSa> Children { get; init; }

    /// <summary>Those of a <c>list-sa</c>, an <c>ike-updown</c> or a <c>child-updown</c>.</summary>
    public static IEnumerable<IkeSa> ReadAll(ViciSection message)
    {
        foreach ((string name, ViciSection ike) in message.Sections)
        {
            yield return Read(name, ike);
        }
    }

    /// <summary>Reads one.</summary>
    public static IkeSa Read(string name, ViciSection ike) => new()
    {
        Name = name,
        UniqueId = ike.Text("uniqueid"u8),
        Version = ike.Number("version"u8),
        State = ike.Text("state"u8),
        IsInitiator = ike.Flag("initiator"u8),
        NatRemote = ike.Flag("nat-remote"u8),
        NatFake = ike.Flag("nat-fake"u8),
        Encryption = (ike.Text("encr-alg"u8), ike.Number("encr-keysize"u8)),
        Integrity = (ike.Text("integ-alg"u8), ike.Number("integ-keysize"u8)),
        DhGroup = ike.Text("dh-group"u8),
        EstablishedSeconds = ike.Number("established"u8),
        RekeySeconds = ike.Number("rekey-time"u8),
        ReauthSeconds = ike.Number("reauth-time"u8),
        Children = [.. ike.Section("child-sas"u8).Sections.Select(child => ChildSa.Read(child.Section))],
    };
}
