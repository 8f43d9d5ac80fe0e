using System.Threading.Channels;

namespace Connbeat.Capture;

/// <summary>
/// An engine that tells what sockets there are and what becomes of them. Engines differ only in how they make batches.
/// </summary>
internal interface ICapture : IDisposable
{
    /// <summary>The name under <c>source:</c> in connbeat.yml.</summary>
    string Name { get; }

    /// <summary>True where sockets come with their owners, and processes with what they are.</summary>
    bool TellsOwners { get; }

    /// <summary>True where flows of UDP are told.</summary>
    bool TellsFlows { get; }

    /// <summary>
    /// What was observed, in the order in which it became known. Bounded: a reader that falls behind makes the kernel's
    /// own buffer fill, and that loss is told as an overrun. Completes after <see cref="IDisposable.Dispose"/>, or with
    /// the exception that ended the engine. Whoever reads a batch releases it.
    /// </summary>
    ChannelReader<ObservationBatch> Batches { get; }

    /// <summary>Begins to observe, with a snapshot.</summary>
    void Start();

    /// <summary>Has a snapshot taken now instead of at the next poll. Any thread.</summary>
    void SnapshotNow();
}
