namespace Connbeat.Config;

/// <summary>What the key of a message is made of.</summary>
/// <param name="Kind">What.</param>
/// <param name="Format">What the event completes; null unless that is the kind.</param>
internal sealed record KafkaKey(KafkaKeyKind Kind, FormatString? Format = null)
{
    /// <summary>How it is written, for a fault to say.</summary>
    public const string Expected = "community_id, host, none, or text with %{[field]}";

    /// <summary>Both ends of a connection have the same, whoever tells it.</summary>
    public static readonly KafkaKey CommunityId = new(KafkaKeyKind.CommunityId);

    /// <summary>The kinds that are written by a name.</summary>
    public static readonly IReadOnlyDictionary<string, KafkaKeyKind> Names = new Dictionary<string, KafkaKeyKind>
    {
        ["community_id"] = KafkaKeyKind.CommunityId,
        ["host"] = KafkaKeyKind.Host,
        ["none"] = KafkaKeyKind.None,
        [""] = KafkaKeyKind.None, // as the original had it
    };

    /// <summary>As connbeat.yml would have it.</summary>
    public string Written => Format?.Text ?? Names.First(name => name.Value == Kind).Key;
}

/// <summary>What the key of a message is.</summary>
internal enum KafkaKeyKind
{
    /// <summary>The connection's community id; nothing for what is no connection.</summary>
    CommunityId,

    /// <summary>The agent's name, <c>beat.name</c> or <c>host.name</c>.</summary>
    Host,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>A text that the event completes; nothing where it lacks a field.</summary>
    Format,
}
