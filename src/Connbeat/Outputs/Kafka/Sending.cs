using Connbeat.Delivery;

namespace Connbeat.Outputs.Kafka;

/// <summary>
/// A batch under way: what is known of each of its events. Reports come on threads of librdkafka, in any order; whoever
/// sends asks for what has come of it, and may ask again for the rest of it later.
/// </summary>
internal sealed class Sending
{
    private readonly Lock _gate = new();
    private readonly EncodedEvent[] _events;
    private readonly Verdict[] _verdicts;
    private readonly Dictionary<int, string> _reasons = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _pending;
    private int[] _asked;

    /// <summary>Begins with all events pending.</summary>
    public Sending(IReadOnlyList<EncodedEvent> events)
    {
        _events = [.. events];
        _verdicts = new Verdict[_events.Length];
        _asked = [.. Enumerable.Range(0, _events.Length)];
        _pending = _events.Length;
    }

    /// <summary>The events, oldest first.</summary>
    public IReadOnlyList<EncodedEvent> Events => _events;

    /// <summary>Ends when nothing is pending any more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>True where none is pending, or where what is pending may go on: nothing has failed that would be overtaken.</summary>
    public bool MayGoOn
    {
        get
        {
            lock (_gate)
            {
                return _pending > 0 && !Array.Exists(_asked, position => _verdicts[position] is Verdict.Later or Verdict.Suspected);
            }
        }
    }

    /// <summary>True where these are the events that were given back as unfinished, the very same in their order.</summary>
    public bool IsOf(IReadOnlyList<EncodedEvent> batch)
    {
        lock (_gate)
        {
            if (batch.Count != _asked.Length)
            {
                return false;
            }

            for (int i = 0; i < _asked.Length; i++)
            {
                if (!ReferenceEquals(batch[i], _events[_asked[i]]))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Takes what came of one event. Any thread; what comes twice counts once.</summary>
    /// <param name="position">Which.</param>
    /// <param name="verdict">What it means.</param>
    /// <param name="reason">Why it was not delivered.</param>
    public void Settle(int position, Verdict verdict, string reason = "")
    {
        lock (_gate)
        {
            if (_verdicts[position] is not Verdict.Pending)
            {
                return;
            }

            _verdicts[position] = verdict;
            if (verdict is not Verdict.Delivered)
            {
                _reasons[position] = reason;
            }

            if (--_pending > 0)
            {
                return;
            }
        }

        _ended.TrySetResult();
    }

    /// <summary>What has come of the events that were asked for; those that are pending are to be asked for again.</summary>
    /// <param name="trouble">Why some may be pending, where none says more.</param>
    /// <param name="after">How long to wait where the far end is what is pending; null leaves it to the backoff.</param>
    public DeliveryResult Conclude(string trouble, TimeSpan? after)
    {
        lock (_gate)
        {
            List<int> retry = [];
            List<Rejection> rejected = [];
            int suspected = 0, pending = 0;
            string? reason = null;
            for (int i = 0; i < _asked.Length; i++)
            {
                switch (_verdicts[_asked[i]])
                {
                    case Verdict.Rejected:
                        rejected.Add(new Rejection(i, _reasons[_asked[i]]));
                        continue;
                    case Verdict.Delivered:
                        continue;
                    case Verdict.Suspected:
                        suspected++;
                        break;
                    case Verdict.Later:
                        reason ??= _reasons[_asked[i]];
                        break;
                    default:
                        pending++;
                        break;
                }

                retry.Add(i);
            }

            int asked = _asked.Length;
            string? suspicion = suspected > 0 ? _reasons[_asked.First(position => _verdicts[position] is Verdict.Suspected)] : null;
            _asked = [.. retry.Select(i => _asked[i])];
            if (retry.Count == 0)
            {
                return rejected.Count == 0 ? DeliveryResult.Delivered.All : new DeliveryResult.Partial([], null, rejected);
            }

            if (suspected == asked)
            {
                return new DeliveryResult.Refused(suspicion!);
            }

            reason ??= suspicion ?? trouble;
            TimeSpan? wait = suspected == retry.Count ? TimeSpan.FromMilliseconds(1) : pending > 0 ? after : null;
            return retry.Count == asked
                ? new DeliveryResult.RetryLater(reason, wait)
                : new DeliveryResult.Partial(retry, wait, rejected) { Reason = reason };
        }
    }
}
