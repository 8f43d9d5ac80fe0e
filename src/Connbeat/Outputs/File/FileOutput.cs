using System.Buffers;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Linux;

namespace Connbeat.Outputs.File;

/// <summary>Appends events to a file, one JSON object per line, and begins another when that is full.</summary>
/// <remarks>
/// Delivered means handed to the operating system: a kill of the agent loses nothing, a crash of the machine may.
/// Whole lines that fitted on a disk before it was full are delivered; the file keeps no part of the line after them.
/// A write to a disk that hangs lasts as long as it pleases and can't be taken back. When an attempt runs out of time
/// the write goes on, and the next attempt waits for it instead of writing its lines a second time.
/// </remarks>
internal sealed class FileOutput(FileOutputOptions options) : IOutput, IReopenable
{
    private readonly RotatedFile _file = new(options);
    private readonly ArrayBufferWriter<byte> _lines = new();
    private IReadOnlyList<EncodedEvent> _batch = [];
    private Task<DeliveryResult>? _write;
    private bool _reopen; // any thread

    /// <inheritdoc/>
    public string Name => "file";

    /// <inheritdoc/>
    public bool GoesOnLate => true;

    /// <inheritdoc/>
    /// <remarks>A file that was moved away or replaced is noticed without.</remarks>
    public void Reopen() => Volatile.Write(ref _reopen, true);

    /// <inheritdoc/>
    public async ValueTask<DeliveryResult> SendAsync(
        IReadOnlyList<EncodedEvent> batch, CancellationToken cancellationToken)
    {
        if (_write is not null)
        {
            DeliveryResult result = await FinishAsync(cancellationToken);
            if (ReferenceEquals(batch, _batch))
            {
                return result;
            }
        }

        _batch = batch;

        // No token: a cancelled write would stop anywhere. On a thread of the pool, because it may block.
        _write = Task.Run(() => Write(batch), CancellationToken.None);
        return await FinishAsync(cancellationToken);
    }

    /// <summary>Closes the file, unless a disk that hangs still holds it.</summary>
    public ValueTask DisposeAsync()
    {
        if (_write is null or { IsCompleted: true })
        {
            _file.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Waits for the write under way. A token ends the waiting, not the write.</summary>
    private async Task<DeliveryResult> FinishAsync(CancellationToken cancellationToken)
    {
        Task<DeliveryResult> write = _write!;
        await Task.WhenAny(write).WaitAsync(cancellationToken);
        _write = null;
        return await write;
    }

    private DeliveryResult Write(IReadOnlyList<EncodedEvent> batch)
    {
        int written = 0;
        try
        {
            if (Interlocked.Exchange(ref _reopen, false))
            {
                _file.Close();
            }

            _file.Prepare();
            _lines.ResetWrittenCount();
            foreach (EncodedEvent @event in batch)
            {
                if (_file.IsTooFullFor(@event.Json.Length + 1, _lines.WrittenCount))
                {
                    Flush(ref written);
                    _file.Rotate();
                }

                _lines.Write(@event.Json.Span);
                _lines.Write("\n"u8);
            }

            Flush(ref written);
            return DeliveryResult.Delivered.All;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or KernelException)
        {
            return written == 0
                ? new DeliveryResult.RetryLater(failure.Message.TrimEnd('.'))
                : new DeliveryResult.Partial([.. Enumerable.Range(written, batch.Count - written)], null, []);
        }
    }

    private void Flush(ref int written)
    {
        _file.Append(_lines.WrittenSpan, ref written);
        _lines.ResetWrittenCount();
    }
}
