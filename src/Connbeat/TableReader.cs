using System.Buffers;
using System.Threading.Channels;
using Connbeat.Events;
using Connbeat.Exporters;
using Connbeat.Tracking;

namespace Connbeat;

/// <summary>
/// Answers questions about the table on the loop that owns it, a slice at a time, so that the loop is never held up. What a
/// page has was all there at one moment: the references are copied at once, and then looked through.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="stream">Makes what is told of a socket.</param>
/// <param name="encoder">Encodes it; disposed with this.</param>
/// <param name="user">Whose sockets a guest may see: the user that the agent runs as.</param>
/// <param name="time">The clock.</param>
internal sealed class TableReader(
    ConnectionTable table, EventStream stream, IEventEncoder encoder, uint user, TimeProvider time) : IDisposable
{
    private const int MostWaiting = 16;
    private const int LooksBetweenTwoGlances = 256;

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(4);

    private static readonly Comparer<SocketKey> LastFirst = Comparer<SocketKey>.Create(static (a, b) => b.CompareTo(a));

    private readonly Channel<Asked> _asked = Channel.CreateBounded<Asked>(MostWaiting);
    private readonly ArrayBufferWriter<byte> _objects = new(64 * 1024);

    // Of the loop.
    private Asked? _current;
    private Connection[] _known = [];
    private int _count;
    private int _next;
    private int _matches;
    private int _behind;
    private PriorityQueue<Connection, SocketKey> _page = new(LastFirst);
    private Connection[]? _chosen;

    /// <summary>Completes when somebody asks.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _asked.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Asks. Any thread.</summary>
    /// <returns>Null where too many ask at once, or the agent stops.</returns>
    public async Task<ConnectionsPage?> AskAsync(ConnectionsQuestion question, CancellationToken cancellationToken)
    {
        Asked asked = new(question, new(TaskCreationOptions.RunContinuationsAsynchronously), cancellationToken);
        return _asked.Writer.TryWrite(asked) ? await asked.Answer.Task.WaitAsync(cancellationToken) : null;
    }

    /// <summary>Goes on with what was asked, for a moment. The loop alone.</summary>
    /// <returns>False where nothing is asked.</returns>
    public bool Work()
    {
        if (_current is null)
        {
            if (!_asked.Reader.TryRead(out _current))
            {
                return false;
            }

            Begin();
        }

        long began = time.GetTimestamp();
        while (_current is { } asked)
        {
            if (asked.Abandoned.IsCancellationRequested)
            {
                End(null);
            }
            else if (_chosen is null)
            {
                Look(asked.Question);
            }
            else
            {
                Write(asked.Question);
            }

            if (time.GetElapsedTime(began) >= Slice)
            {
                break;
            }
        }

        return true;
    }

    /// <summary>Answers nobody any more. The loop alone.</summary>
    public void Close()
    {
        _asked.Writer.TryComplete();
        if (_current is not null)
        {
            End(null);
        }

        while (_asked.Reader.TryRead(out Asked? asked))
        {
            asked.Answer.TrySetResult(null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => encoder.Dispose();

    private void Begin()
    {
        _count = table.Count;
        _known = ArrayPool<Connection>.Shared.Rent(_count);
        table.CopyTo(_known);
        (_next, _matches, _behind) = (0, 0, 0);
        _objects.ResetWrittenCount();
    }

    /// <summary>Keeps the first of those that come behind the page before.</summary>
    private void Look(ConnectionsQuestion question)
    {
        int end = Math.Min(_count, _next + LooksBetweenTwoGlances);
        for (; _next < end; _next++)
        {
            Connection connection = _known[_next];
            if (!question.Filter.Matches(connection) || (question.IsOfAGuest && UserOf(connection) != user))
            {
                continue;
            }

            _matches++;
            if (question.After is { } after && connection.Key.CompareTo(after) <= 0)
            {
                continue;
            }

            _behind++;
            if (_page.Count < question.Limit)
            {
                _page.Enqueue(connection, connection.Key);
            }
            else
            {
                _page.EnqueueDequeue(connection, connection.Key);
            }
        }

        if (_next == _count)
        {
            _chosen = new Connection[_page.Count];
            for (int i = _chosen.Length - 1; i >= 0; i--)
            {
                _chosen[i] = _page.Dequeue();
            }

            _next = 0;
        }
    }

    private void Write(ConnectionsQuestion question)
    {
        int end = Math.Min(_chosen!.Length, _next + LooksBetweenTwoGlances / 8);
        for (; _next < end; _next++)
        {
            stream.Write(_chosen[_next], _objects.WrittenCount > 0 ? ",\n"u8 : ""u8, encoder, question.IsOfAGuest, _objects);
        }

        if (_next == _chosen.Length)
        {
            SocketKey? next = _behind > _chosen.Length ? _chosen[^1].Key : null;
            End(new ConnectionsPage(_objects.WrittenSpan.ToArray(), _matches, next));
        }
    }

    private void End(ConnectionsPage? page)
    {
        _current!.Answer.TrySetResult(page);
        _current = null;
        _chosen = null;
        _page = new(LastFirst);
        ArrayPool<Connection>.Shared.Return(_known, clearArray: true);
        _known = [];
        if (_objects.Capacity > 1024 * 1024)
        {
            _objects.Clear();
        }
    }

    private static uint? UserOf(Connection connection) =>
        connection.Owner is { } owner ? owner.Uid : connection.Inode != 0 ? connection.Uid : null;

    private sealed record Asked(
        ConnectionsQuestion Question, TaskCompletionSource<ConnectionsPage?> Answer, CancellationToken Abandoned);
}
