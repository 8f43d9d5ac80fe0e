using System.Collections.Concurrent;
using Connbeat.Linux;
using Connbeat.Linux.Netlink;
using Connbeat.Linux.SockDiag;
using Connbeat.Telemetry;

namespace Connbeat.Capture;

/// <summary>
/// Passes on what the kernel says of sockets that it destroys, in all namespaces that are watched, on a thread that does
/// nothing else, so that nothing holds up the emptying of the kernel's buffers.
/// </summary>
internal sealed class ChangesReader(
    ObservationQueue queue, ObservationFilter filter, TimeProvider time, CaptureHappenings happened) : IDisposable
{
    private static readonly TimeSpan StopCheck = TimeSpan.FromMilliseconds(250);

    private readonly Epoll _epoll = new();
    private readonly ConcurrentDictionary<uint, Subscription> _subscriptions = [];

    /// <summary>Called where messages were lost, so that a snapshot can show what they amounted to.</summary>
    public Action? Overran { get; set; }

    /// <summary>Begins to pass on the messages of a namespace.</summary>
    public void Add(uint @namespace, DestroyedSockets destroyed)
    {
        _subscriptions[@namespace] = new Subscription(@namespace, destroyed, time.GetTimestamp());
        _epoll.Add(destroyed.Handle, @namespace);
    }

    /// <summary>Passes on what a namespace still has to say, and ends with that.</summary>
    public void Remove(uint @namespace)
    {
        if (_subscriptions.TryRemove(@namespace, out Subscription? subscription))
        {
            lock (subscription)
            {
                while (Read(subscription))
                {
                }

                subscription.IsOver = true;
            }
        }
    }

    /// <summary>Reads until it is stopped.</summary>
    public void Run(CancellationToken stop)
    {
        Span<uint> ready = stackalloc uint[64];
        long checkedAt = time.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            foreach (uint @namespace in ready[.._epoll.Wait(ready, StopCheck)])
            {
                if (_subscriptions.TryGetValue(@namespace, out Subscription? subscription))
                {
                    ReadUnlessOver(subscription);
                }
            }

            // The last messages of a burst may be lost without a word: only the count of drops tells.
            if (time.GetElapsedTime(checkedAt) >= StopCheck)
            {
                checkedAt = time.GetTimestamp();
                foreach ((_, Subscription subscription) in _subscriptions)
                {
                    ReadUnlessOver(subscription);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _epoll.Dispose();

    private void ReadUnlessOver(Subscription subscription)
    {
        lock (subscription)
        {
            if (!subscription.IsOver)
            {
                Read(subscription);
            }
        }
    }

    /// <returns>True where there may be more.</returns>
    private bool Read(Subscription subscription)
    {
        (bool overran, long unreadable, bool more) = ReadWhatIsThere(subscription);
        uint drops = subscription.Destroyed.Drops;
        long now = time.GetTimestamp();
        long lost = drops - subscription.Drops + unreadable;

        // The error may come after its drops were told; by itself it counts where the kernel counts no drops.
        if (lost > 0 || (overran && drops == 0))
        {
            TellOverrun(subscription, lost, now);
            subscription.Drops = drops;
        }

        subscription.CheckedAt = now;
        return more;
    }

    /// <summary>Empties the kernel's buffer as far as it is filled now.</summary>
    /// <returns>
    /// Whether messages were lost before or between those read, how many could not be read, and whether there may be more.
    /// </returns>
    private (bool Overran, long Unreadable, bool More) ReadWhatIsThere(Subscription subscription)
    {
        bool overran = false, more = true;
        long unreadable = 0;
        ObservationBatch batch = queue.Rent(BatchKind.Changes, time.GetTimestamp());
        SocketEntryReader add = (in SocketEntry entry) =>
        {
            if (filter.Drops(entry))
            {
                return;
            }

            if (batch.IsFull)
            {
                queue.Send(batch);
                batch = queue.Rent(BatchKind.Changes, time.GetTimestamp());
            }

            batch.Add(subscription.Namespace, batch.Begin, entry);
        };

        for (int datagram = 0; more && datagram < ObservationBatch.Capacity; datagram++)
        {
            try
            {
                NetlinkSocket.Received received = subscription.Destroyed.Read(add);
                overran |= received is NetlinkSocket.Received.Overrun;
                more = received is not NetlinkSocket.Received.Nothing;
            }
            catch (WireFormatException failure)
            {
                unreadable++; // lost like what there was no room for
                happened.ChangeNotUnderstood(failure);
            }
        }

        queue.Send(batch);
        return (overran, unreadable, more);
    }

    /// <summary>Says that changes were lost, and has a snapshot taken at once that shows what they amounted to.</summary>
    private void TellOverrun(Subscription subscription, long lost, long notAfter)
    {
        ObservationBatch batch = queue.Rent(BatchKind.Overrun, subscription.CheckedAt);
        batch.Namespace = subscription.Namespace;
        batch.End = notAfter;
        batch.Lost = lost;
        queue.Send(batch);
        happened.Overrun(lost);
        Overran?.Invoke();
    }

    /// <summary>A namespace that is listened to. Locked while it is read.</summary>
    private sealed class Subscription(uint @namespace, DestroyedSockets destroyed, long at)
    {
        public uint Namespace { get; } = @namespace;

        public DestroyedSockets Destroyed { get; } = destroyed;

        /// <summary>How many drops were told.</summary>
        public uint Drops { get; set; }

        /// <summary>Nothing was lost before that was not told.</summary>
        public long CheckedAt { get; set; } = at;

        public bool IsOver { get; set; }
    }
}
