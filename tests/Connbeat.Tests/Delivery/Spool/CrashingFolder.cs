using Connbeat.Delivery.Spool;

namespace Connbeat.Tests.Delivery.Spool;

/// <summary>
/// A file system in memory that does all that a real one may do at its worst: it refuses, writes by halves, loses what was
/// not made safe page by page, and forgets for good what it failed to make safe, whatever it says the next time.
/// </summary>
internal sealed class CrashingFolder : ISpoolFolder
{
    private const int Page = 64;

    private readonly Dictionary<string, Content> _safe = [];
    private Dictionary<string, Content> _files = [];
    private bool _hasJustFailed;

    /// <summary>Bytes that fit.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Chance that a write is refused, some of it done.</summary>
    public double WriteFaults { get; set; }

    /// <summary>Chance that something can't be made safe.</summary>
    public double SyncFaults { get; set; }

    /// <summary>Chance that a read fails; it works when it is tried again.</summary>
    public double ReadFaults { get; set; }

    public Random Random { get; set; } = new(1);

    public string Path => "/spool";

    /// <summary>How many reads there were.</summary>
    public int Reads { get; private set; }

    /// <summary>Bytes in all files.</summary>
    public long Size => _files.Values.Sum(file => (long)file.Bytes.Length);

    public IReadOnlyList<string> List() => [.. _files.Keys];

    public ISpoolFile OpenToWrite(string name)
    {
        if (!_files.TryGetValue(name, out Content? content))
        {
            Fail(WriteFaults);
            _files[name] = content = new Content();
        }

        return new OpenFile(this, content);
    }

    public ISpoolFile OpenToRead(string name) =>
        _files.TryGetValue(name, out Content? content)
            ? new OpenFile(this, content)
            : throw new FileNotFoundException($"no file {name}");

    public void Remove(string name)
    {
        Fail(WriteFaults);
        _files.Remove(name);
    }

    public void Sync()
    {
        Fail(SyncFaults);
        _safe.Clear();
        foreach ((string name, Content content) in _files)
        {
            _safe[name] = content;
        }
    }

    public void Dispose()
    {
    }

    /// <summary>What a power cut leaves of it.</summary>
    public void CutPower()
    {
        Dictionary<string, Content> left = [];
        foreach (string name in _safe.Keys.Union(_files.Keys).ToList())
        {
            Content? safe = _safe.GetValueOrDefault(name);
            Content? now = _files.GetValueOrDefault(name);
            if ((safe == now || Random.Next(2) == 0 ? now : safe) is { } kept)
            {
                left[name] = kept;
            }
        }

        foreach (Content content in left.Values.Distinct())
        {
            content.CutPower(Random);
        }

        _files = left;
        _safe.Clear();
        foreach ((string name, Content content) in _files)
        {
            _safe[name] = content;
        }
    }

    /// <summary>Turns one bit of one file around.</summary>
    /// <returns>The name of the file; null where there is nothing in any.</returns>
    public string? FlipBit(Func<string, bool> isMeant)
    {
        KeyValuePair<string, Content>[] files =
            [.. _files.Where(file => file.Value.Bytes.Length > 0 && isMeant(file.Key)).OrderBy(file => file.Key)];
        if (files.Length == 0)
        {
            return null;
        }

        (string name, Content content) = files[Random.Next(files.Length)];
        int bit = Random.Next(content.Bytes.Length * 8);
        content.Bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        content.Safe = [.. content.Bytes];
        return name;
    }

    /// <summary>A file as it is now.</summary>
    public byte[] this[string name]
    {
        get => _files[name].Bytes;
        set => _files[name] = new Content { Bytes = value, Safe = [.. value] };
    }

    private void Fail(double chance)
    {
        if (chance > 0 && Random.NextDouble() < chance)
        {
            throw new IOException("Input/output error");
        }
    }

    private sealed class Content
    {
        public byte[] Bytes = [];
        public byte[] Safe = [];

        /// <summary>Pages that the disk has lost without telling again.</summary>
        private readonly HashSet<int> _lost = [];

        public void Write(ReadOnlySpan<byte> bytes, long at)
        {
            if (Bytes.Length < at + bytes.Length)
            {
                Array.Resize(ref Bytes, (int)at + bytes.Length);
            }

            bytes.CopyTo(Bytes.AsSpan((int)at));
            for (int page = (int)at / Page; page <= ((int)at + bytes.Length - 1) / Page; page++)
            {
                _lost.Remove(page);
            }
        }

        public void Sync()
        {
            byte[] safe = [.. Bytes];
            foreach (int page in _lost)
            {
                CopyPage(Safe, safe, page);
            }

            Safe = safe;
        }

        public void FailToSync()
        {
            for (int page = 0; page * Page < Bytes.Length; page++)
            {
                if (!PageOf(Bytes, page).SequenceEqual(PageOf(Safe, page)))
                {
                    _lost.Add(page);
                }
            }
        }

        public void CutPower(Random random)
        {
            int least = Math.Min(Safe.Length, Bytes.Length);
            int most = Math.Max(Safe.Length, Bytes.Length);
            byte[] left = new byte[random.Next(3) switch { 0 => Safe.Length, 1 => Bytes.Length, _ => random.Next(least, most + 1) }];
            for (int page = 0; page * Page < left.Length; page++)
            {
                CopyPage(_lost.Contains(page) || random.Next(2) == 0 ? Safe : Bytes, left, page);
            }

            _lost.Clear();
            Bytes = left;
            Safe = [.. left];
        }

        private static Span<byte> PageOf(byte[] bytes, int page) =>
            bytes.AsSpan(Math.Min(page * Page, bytes.Length), Math.Clamp(bytes.Length - (page * Page), 0, Page));

        private static void CopyPage(byte[] from, byte[] to, int page)
        {
            Span<byte> into = PageOf(to, page);
            into.Clear();
            Span<byte> source = PageOf(from, page);
            source[..Math.Min(source.Length, into.Length)].CopyTo(into);
        }
    }

    private sealed class OpenFile(CrashingFolder folder, Content content) : ISpoolFile
    {
        public long Length => content.Bytes.Length;

        public int Read(Span<byte> into, long at)
        {
            folder.Reads++;
            folder._hasJustFailed = !folder._hasJustFailed && folder.ReadFaults > 0 && folder.Random.NextDouble() < folder.ReadFaults;
            if (folder._hasJustFailed)
            {
                throw new IOException("Input/output error");
            }

            ReadOnlySpan<byte> there = content.Bytes.AsSpan((int)Math.Min(at, content.Bytes.Length));
            int count = Math.Min(into.Length, there.Length);
            there[..count].CopyTo(into);
            return count;
        }

        public void Write(ReadOnlySpan<byte> bytes, long at)
        {
            long grows = Math.Max(0, at + bytes.Length - content.Bytes.Length);
            long room = folder.Capacity - folder.Size;
            if (grows > room)
            {
                content.Write(bytes[..(int)Math.Clamp(bytes.Length - grows + room, 0, bytes.Length)], at);
                throw new IOException("No space left on device");
            }

            try
            {
                folder.Fail(folder.WriteFaults);
            }
            catch (IOException)
            {
                content.Write(bytes[..folder.Random.Next(bytes.Length)], at);
                throw;
            }

            content.Write(bytes, at);
        }

        public void Sync()
        {
            try
            {
                folder.Fail(folder.SyncFaults);
            }
            catch (IOException)
            {
                content.FailToSync();
                throw;
            }

            content.Sync();
        }

        public void Cut(long length)
        {
            folder.Fail(folder.WriteFaults);
            Array.Resize(ref content.Bytes, (int)length);
        }

        public void Dispose()
        {
        }
    }
}
