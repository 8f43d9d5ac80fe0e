using System.Buffers;
using System.Text.Json;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Telemetry;

namespace Connbeat.Delivery;

/// <summary>
/// Keeps the events that one output will never get, each with the reason: <c>dead_letter.file</c>. A line for each:
/// <code>{"@timestamp":"…","output":"http","reason":"…","event":{…}}</code>
/// A disk that fails or hangs is told once; what could not be kept is counted, and delivery goes on.
/// </summary>
/// <param name="path">The file; made, with its folder, where it is missing.</param>
/// <param name="ledger">Counts what was kept of the output's events.</param>
/// <param name="time">The clock.</param>
/// <param name="happened">Takes what is worth telling.</param>
internal sealed class DeadLetterFile(string path, OutputLedger ledger, TimeProvider time, DeliveryHappenings happened)
    : IReopenable, IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _path = System.IO.Path.GetFullPath(path);
    private AppendedLines? _file;
    private Task<string?> _write = Task.FromResult<string?>(null);
    private bool _failing;
    private bool _reopen; // any thread

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <inheritdoc/>
    /// <remarks>A file that was moved away or replaced is noticed without.</remarks>
    public void Reopen() => Volatile.Write(ref _reopen, true);

    /// <summary>Keeps some events.</summary>
    /// <param name="letters">Which, and why.</param>
    /// <param name="abandon">Waits no longer for a disk.</param>
    public async ValueTask KeepAsync(IReadOnlyList<DeadLetter> letters, CancellationToken abandon)
    {
        string? problem = await TryKeepAsync(letters, abandon);
        if (problem is null)
        {
            ledger.CountDeadLetters(letters.Count);
        }
        else
        {
            ledger.CountDeadLettersLost(letters.Count);
        }

        if (_failing != problem is not null)
        {
            _failing = !_failing;
            happened.DeadLettersChanged(ledger, path, problem);
        }
    }

    /// <summary>Closes the file, unless a disk that hangs still holds it.</summary>
    public void Dispose()
    {
        if (_write.IsCompleted)
        {
            Close();
        }
    }

    /// <returns>Why they are not kept; null where they are.</returns>
    private async ValueTask<string?> TryKeepAsync(IReadOnlyList<DeadLetter> letters, CancellationToken abandon)
    {
        if (!_write.IsCompleted)
        {
            return "the disk still hangs";
        }

        byte[] lines = Encode(letters);
        _write = Task.Run(() => Write(lines), CancellationToken.None); // it may block, and can't be taken back
        try
        {
            return await _write.WaitAsync(Patience, time, abandon);
        }
        catch (TimeoutException)
        {
            return $"the disk has taken nothing within {Patience.TotalSeconds} s";
        }
        catch (OperationCanceledException)
        {
            return "the disk has taken nothing before the agent stopped";
        }
    }

    private string? Write(byte[] lines)
    {
        try
        {
            if (Interlocked.Exchange(ref _reopen, false) || _file is { IsAtItsPath: false })
            {
                Close();
            }

            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_path) ?? "/", OwnerOnly);
            _file ??= AppendedLines.Open(_path);
            _file.Append(lines, out KernelException? failure);
            return failure?.Message;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or KernelException)
        {
            return failure.Message.TrimEnd('.');
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private byte[] Encode(IReadOnlyList<DeadLetter> letters)
    {
        ArrayBufferWriter<byte> lines = new();
        using Utf8JsonWriter json = new(lines, EventJson.Options);
        Span<byte> now = stackalloc byte[JsonTime.Length];
        JsonTime.Format(time.GetUtcNow(), now);
        foreach (DeadLetter letter in letters)
        {
            json.WriteStartObject();
            json.WriteString("@timestamp", now);
            json.WriteString("output", ledger.Output);
            json.WriteString("reason", letter.Reason);
            json.WritePropertyName("event");
            json.WriteRawValue(letter.Event.Json.Span, skipInputValidation: true);
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            lines.Write("\n"u8);
        }

        return lines.WrittenSpan.ToArray();
    }
}

/// <summary>An event that an output will never get, and why.</summary>
internal readonly record struct DeadLetter(EncodedEvent Event, string Reason);
