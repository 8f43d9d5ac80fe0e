using Connbeat.Config;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Console;

/// <summary>Writes events to a stream that a person or a program reads: one per line, or indented.</summary>
/// <remarks>
/// At least once: after a failed write nobody knows how much of it went out, so all of it is written again, after a
/// line feed. A line torn by the failure thus ends alone and spoils no other; where none was, an empty line appears.
/// A write to a pipe whose reader rests (a pager) lasts as long as it pleases and can't be taken back. When an attempt
/// runs out of time the write goes on, and the next attempt waits for it instead of writing its lines a second time.
/// </remarks>
/// <param name="stream">What it writes to.</param>
/// <param name="options">How.</param>
/// <param name="isTerminal">True where that is a terminal, which may hang up.</param>
internal sealed class ConsoleOutput(Stream stream, ConsoleOptions options, bool isTerminal = false) : IOutput
{
    private const int InputOutputError = 5; // EIO
    private const int BrokenPipe = 32; // EPIPE

    private readonly EventLines _lines = new(options.Pretty);
    private IReadOnlyList<EncodedEvent> _batch = [];
    private Task? _write;
    private bool _torn;

    /// <inheritdoc/>
    public string Name => "console";

    /// <inheritdoc/>
    public bool GoesOnLate => true;

    /// <inheritdoc/>
    public async ValueTask<DeliveryResult> SendAsync(
        IReadOnlyList<EncodedEvent> batch, CancellationToken cancellationToken)
    {
        try
        {
            if (_write is not null)
            {
                await FinishAsync(cancellationToken);
                if (ReferenceEquals(batch, _batch))
                {
                    return DeliveryResult.Delivered.All;
                }
            }

            _write = WriteAsync(batch);
            await FinishAsync(cancellationToken);
            return DeliveryResult.Delivered.All;
        }
        catch (IOException fault) when (fault.HResult == BrokenPipe || (isTerminal && fault.HResult == InputOutputError))
        {
            // A terminal that has hung up answers EIO for good; a disk may get over it.
            throw new OutputClosedException(Name, fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            // EBADF: it was never opened for writing, as after >&-, and never will be.
            throw new OutputClosedException(Name, fault);
        }
        catch (IOException fault)
        {
            return new DeliveryResult.RetryLater(fault.Message);
        }
    }

    /// <summary>The stream is the caller's to close; a pager may outlive this output.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task WriteAsync(IReadOnlyList<EncodedEvent> batch)
    {
        _batch = batch;
        _lines.Clear();
        if (_torn)
        {
            _lines.EndLine();
        }

        foreach (EncodedEvent @event in batch)
        {
            _lines.Add(@event);
        }

        // No token: a cancelled write would stop anywhere. On a thread of the pool, because it may block.
        return Task.Run(() => stream.Write(_lines.Bytes.Span), CancellationToken.None);
    }

    /// <summary>Waits for the write under way. A token ends the waiting, not the write.</summary>
    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        Task write = _write!;
        await Task.WhenAny(write).WaitAsync(cancellationToken);
        _write = null;
        _torn = write.IsFaulted;
        await write;
    }
}
