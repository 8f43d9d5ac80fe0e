namespace Connbeat.Config;

/// <summary>Events that wait on disk, and outlast the agent: the <c>queue.disk</c> section.</summary>
internal sealed record DiskQueueOptions
{
    private const long MiB = 1L << 20;

    private static readonly Dictionary<string, bool> WhenFull = new()
    {
        ["drop_oldest"] = false,
        ["pause"] = true,
    };

    /// <summary>The folder; made where it is missing. Default /var/lib/connbeat/spool; the key is <c>path</c>.</summary>
    public string Folder { get; init; } = "/var/lib/connbeat/spool";

    /// <summary>Bytes of events that are kept for each schema in use, 16MiB to 1TiB. Default 1GiB.</summary>
    public long MaxSize { get; init; } = 1024 * MiB;

    /// <summary>The most that a power cut may cost, 0s to 1m; 0s: as little as the disk allows. Default 500ms.</summary>
    public TimeSpan Sync { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>True to have less come when it is full; false to drop the oldest. Default false; the key is <c>when_full</c>.</summary>
    public bool Pauses { get; init; }

    /// <summary>Reads the <c>queue.disk</c> section.</summary>
    public static DiskQueueOptions Read(ConfigSection disk)
    {
        DiskQueueOptions defaults = new();
        return new()
        {
            Folder = disk.Text("path", defaults.Folder, "the folder to keep events in", IsPath),
            MaxSize = disk.Size("max_size", defaults.MaxSize, min: 16 * MiB, max: MiB * MiB),
            Sync = disk.Duration("sync", defaults.Sync, TimeSpan.Zero, TimeSpan.FromMinutes(1)),
            Pauses = disk.Choice("when_full", defaults.Pauses, WhenFull),
        };
    }

    private static bool IsPath(string text) => text.Length > 0 && !text.Contains('\0');
}
