using System.Diagnostics.CodeAnalysis;

namespace Connbeat.Tracking;

/// <summary>
/// Connections that there is something to tell of when the log has room, oldest first. That may take hours, in which
/// millions come and go: those that ended are forgotten, so that what waits is never much more than what lives.
/// </summary>
internal sealed class WaitingConnections
{
    private const int SmallestSweep = 1024;

    private readonly Queue<Connection> _waiting = [];
    private int _sweepAt = SmallestSweep;

    /// <summary>How many wait; some may have ended.</summary>
    public int Count => _waiting.Count;

    /// <summary>Has one more wait.</summary>
    public void Enqueue(Connection connection)
    {
        if (_waiting.Count >= _sweepAt)
        {
            Sweep();
        }

        _waiting.Enqueue(connection);
    }

    /// <summary>Takes the one that has waited longest; it may have ended.</summary>
    public bool TryDequeue([MaybeNullWhen(false)] out Connection connection) => _waiting.TryDequeue(out connection);

    /// <summary>Gives back memory that is not needed now.</summary>
    public void TrimExcess() => _waiting.TrimExcess();

    private void Sweep()
    {
        for (int unseen = _waiting.Count; unseen > 0; unseen--)
        {
            Connection connection = _waiting.Dequeue();
            if (connection.Phase is not ConnectionPhase.Ended)
            {
                _waiting.Enqueue(connection);
            }
        }

        _sweepAt = Math.Max(SmallestSweep, 2 * _waiting.Count);
    }
}
