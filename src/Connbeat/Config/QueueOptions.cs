namespace Connbeat.Config;

/// <summary>Where events wait for the outputs: the <c>queue</c> section.</summary>
internal sealed record QueueOptions
{
    private const long MiB = 1L << 20;

    /// <summary>How many events are kept, 16 to 16777216. Default 65536.</summary>
    public int Events { get; init; } = 65_536;

    /// <summary>How many bytes of encoded events are kept, 1MiB to 1TiB. Default 64MiB.</summary>
    public long Bytes { get; init; } = 64 * MiB;

    /// <summary>The disk that they are kept on; null for none. Default none.</summary>
    public DiskQueueOptions? Disk { get; init; }

    /// <summary>Reads the <c>queue</c> section.</summary>
    public static QueueOptions Read(ConfigSection queue)
    {
        QueueOptions defaults = new();
        ConfigSection memory = queue.Section("memory");
        ConfigSection disk = queue.Section("disk");
        return new()
        {
            Events = memory.Int("events", defaults.Events, min: 16, max: 16_777_216),
            Bytes = memory.Size("bytes", defaults.Bytes, min: MiB, max: MiB * MiB),
            Disk = queue.Has("disk") ? DiskQueueOptions.Read(disk) : null,
        };
    }
}
