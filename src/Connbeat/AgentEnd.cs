namespace Connbeat;

/// <summary>Why an agent has stopped.</summary>
internal enum AgentEnd
{
    /// <summary>It was asked to.</summary>
    StoppedAsAsked,

    /// <summary>Nobody reads its output any more.</summary>
    ReaderGone,

    /// <summary>It could not go on; the log says why.</summary>
    Failed,
}
