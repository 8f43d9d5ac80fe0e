using Confluent.Kafka;

namespace Connbeat.Outputs.Kafka;

/// <summary>What a code of Kafka means for the event that it stands for.</summary>
internal enum Verdict
{
    /// <summary>Nothing is known yet.</summary>
    Pending,

    /// <summary>It is safe at the far end.</summary>
    Delivered,

    /// <summary>It is not, and may be later.</summary>
    Later,

    /// <summary>Of the messages that were sent together with it, one will never be taken: it, or another.</summary>
    Suspected,

    /// <summary>It will never be taken.</summary>
    Rejected,
}

/// <summary>Judges codes.</summary>
internal static class Verdicts
{
    /// <summary>
    /// What an answer means. Brokers refuse messages in sets, for the sake of one. What is about who asks, about the topic,
    /// or about the cluster, is no reason to lose an event.
    /// </summary>
    public static Verdict Of(ErrorCode code) => code switch
    {
        ErrorCode.NoError => Verdict.Delivered,
        ErrorCode.InvalidMsgSize or ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge => Verdict.Suspected,
        ErrorCode.InvalidTimestamp or ErrorCode.InvalidRecord => Verdict.Suspected,
        _ => Verdict.Later,
    };
}
