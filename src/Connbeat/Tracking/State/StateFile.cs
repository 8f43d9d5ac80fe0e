using System.Buffers;
using System.Threading.Channels;
using Connbeat.Events;
using Connbeat.Telemetry;

namespace Connbeat.Tracking.State;

/// <summary>
/// Keeps on disk which openings were told and not yet closed, so that the next run can pair them. Written to the
/// operating system as things change, never waited for: a kill of the agent costs nothing that a log in memory would
/// not lose as well, and after a crash of the machine the sockets are gone too. Grown to a multiple of what is open, it
/// is written anew beside itself and takes its own place. Mode 0600; locked, so that two agents cannot share one.
/// The loop's side writes records into a buffer; a task of its own does the writing.
/// </summary>
internal sealed class StateFile : IAsyncDisposable
{
    private const int ChunkBytes = 32 * 1024;
    private const int ChunksInFlight = 2048;
    private const long SmallestToCompact = 1 << 20;
    private const int GrowthToCompact = 4;

    private readonly string _path;
    private readonly Guid _boot;
    private readonly Guid _run;
    private readonly TrackingHappenings _happened;
    private readonly Task _writing;

    // The loop's side only.
    private readonly Dictionary<ProcessFacts, int> _processes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<CgroupFacts, int> _cgroups = [];
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * ChunkBytes);
    private long _size;
    private long _compactAt;
    private bool _isOn = true;

    // The writing task's side only, after the constructor.
    private FileStream _file;

    private FileStream? _anew;

    // Pooled arrays: at the start of a busy host there is a record for every socket.
    private readonly Channel<(byte[] Pooled, int Length, Writing How)> _chunks =
        Channel.CreateBounded<(byte[], int, Writing)>(ChunksInFlight);

    private StateFile(string path, FileStream file, Guid boot, Guid run, TrackingHappenings happened)
    {
        _path = path;
        _file = file;
        _boot = boot;
        _run = run;
        _happened = happened;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>What is to be done with a chunk of records.</summary>
    private enum Writing
    {
        /// <summary>It goes to the end of the file.</summary>
        Append,

        /// <summary>It begins the file that will replace this one, or goes on with it.</summary>
        Anew,

        /// <summary>It ends that file, which now takes its place.</summary>
        Replace,
    }

    /// <summary>True where the file has grown to a multiple of what it has to say.</summary>
    public bool WantsCompaction => _isOn && _size >= _compactAt;

    /// <summary>Opens or creates the file, and reads what the run before this one left there.</summary>
    /// <returns>Null, and the reason told, where it cannot be used; then pairing holds within this run only.</returns>
    public static (StateFile? File, SavedRun? Saved) Open(
        string path, Guid boot, Guid run, TrackingHappenings happened)
    {
        try
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            FileStream file = OpenLocked(path, FileMode.OpenOrCreate);
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            SavedRun? saved = SavedRun.Parse(content);
            if (saved is null && content.Length > 0)
            {
                happened.StateUnreadable(path, content.Length);
            }

            if (saved is not null && saved.Boot != boot)
            {
                saved = saved with { Open = [] };
            }

            return (new StateFile(path, file, boot, run, happened), saved);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            happened.StateUnavailable(path, failure.Message.TrimEnd('.'));
            return (null, null);
        }
    }

    /// <summary>Notes that an opening was told.</summary>
    public void Opened(Connection connection, long sequence)
    {
        Write(connection, sequence);
        if (_buffer.WrittenCount >= ChunkBytes)
        {
            Flush();
        }
    }

    /// <summary>Notes that the end of a connection was told.</summary>
    public void Ended(SocketKey key, long sequence) => StateRecords.WriteEnded(_buffer, key, sequence);

    /// <summary>Notes that the run stops as it was asked to.</summary>
    public void Stopped(long sequence)
    {
        StateRecords.WriteStopped(_buffer, sequence);
        Flush();
    }

    /// <summary>Hands over what was noted since the last time.</summary>
    public void Flush()
    {
        if (_buffer.WrittenCount > 0)
        {
            Send(Writing.Append);
        }
    }

    /// <summary>Replaces the file by what is open now.</summary>
    /// <param name="connections">Everything in the table.</param>
    /// <param name="sequence">The last sequence given.</param>
    public void Compact(IEnumerable<Connection> connections, long sequence)
    {
        _buffer.ResetWrittenCount();
        _processes.Clear();
        _cgroups.Clear();
        _size = 0;
        StateRecords.WriteHeader(_buffer, _boot, _run);
        foreach (Connection connection in connections)
        {
            if (connection.Phase is ConnectionPhase.Told)
            {
                Write(connection, sequence);
            }

            if (_buffer.WrittenCount >= ChunkBytes)
            {
                Send(Writing.Anew);
            }
        }

        Send(Writing.Replace);
        _compactAt = Math.Max(SmallestToCompact, _size * GrowthToCompact);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _chunks.Writer.TryComplete();
        await _writing;
        await _file.DisposeAsync();
        if (_anew is not null)
        {
            await _anew.DisposeAsync();
        }
    }

    private void Write(Connection connection, long sequence)
    {
        if (!_isOn)
        {
            return; // nor are processes to be remembered for a file that takes none
        }

        int? process = null;
        if (connection.Owner is { } owner)
        {
            if (!_processes.TryGetValue(owner, out int known))
            {
                known = _processes.Count;
                _processes.Add(owner, known);
                StateRecords.WriteProcess(_buffer, owner);
            }

            process = known;
        }

        int? cgroup = null;
        if (connection is { Owner: null, Cgroup: { } facts })
        {
            if (!_cgroups.TryGetValue(facts, out int known))
            {
                known = _cgroups.Count;
                _cgroups.Add(facts, known);
                StateRecords.WriteCgroup(_buffer, facts);
            }

            cgroup = known;
        }

        StateRecords.WriteOpened(_buffer, connection, sequence, process, cgroup);
    }

    private void Send(Writing how)
    {
        int length = _buffer.WrittenCount;
        if (!_isOn)
        {
            _buffer.ResetWrittenCount();
            return;
        }

        byte[] pooled = ArrayPool<byte>.Shared.Rent(length);
        _buffer.WrittenSpan.CopyTo(pooled);
        _buffer.ResetWrittenCount();
        _size += length;
        if (_chunks.Writer.TryWrite((pooled, length, how)))
        {
            return;
        }

        _isOn = false;
        if (!_writing.IsCompleted)
        {
            // The disk hangs, and a file with holes would pair wrongly.
            _chunks.Writer.TryComplete(new IOException("the disk does not keep up"));
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach ((byte[] pooled, int length, Writing how) in _chunks.Reader.ReadAllAsync())
            {
                FileStream to = how is Writing.Append ? _file : _anew ??= OpenLocked(_path + ".new", FileMode.Create);
                await to.WriteAsync(pooled.AsMemory(0, length));
                ArrayPool<byte>.Shared.Return(pooled);
                if (how is Writing.Replace)
                {
                    await ReplaceAsync();
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _happened.StateUnavailable(_path, failure.Message.TrimEnd('.'));
            _chunks.Writer.TryComplete(failure);
            TryEmpty();
        }
    }

    private async Task ReplaceAsync()
    {
        File.Move(_path + ".new", _path, overwrite: true);
        FileStream old = _file;
        _file = _anew!;
        _anew = null;
        await old.DisposeAsync();
    }

    /// <summary>A file that stopped being true must not pair anything in the next run.</summary>
    private void TryEmpty()
    {
        try
        {
            _file.SetLength(0);
        }
        catch (IOException)
        {
            // The disk is what failed in the first place; that has been told.
        }
    }

    private static FileStream OpenLocked(string path, FileMode mode) => new(path, new FileStreamOptions
    {
        Mode = mode,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        BufferSize = 0,
    });
}
