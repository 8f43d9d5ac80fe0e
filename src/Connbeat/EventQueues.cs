using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Delivery.Spool;
using Connbeat.Telemetry;

namespace Connbeat;

/// <summary>
/// Opens the log of a schema where <c>queue</c> has it: in memory, or on disk, in a folder of the schema's name. What waits
/// on disk in a schema that no output has any more is discarded.
/// </summary>
internal sealed class EventQueues(
    QueueOptions options, TimeProvider time, DeliveryHappenings happened, SpoolHappenings spool) : IDisposable
{
    private readonly List<DiskLog> _onDisk = [];
    private readonly MemoryLogLimits _memory = new(options.Events, options.Bytes);

    /// <summary>The outputs that there are. What waits on disk for others is discarded when a log is opened.</summary>
    public IReadOnlyList<OutputPlan> Outputs { get; set; } = [];

    /// <summary>Opens the log of a schema.</summary>
    /// <exception cref="ConfigException">Its folder can't be used, or another agent uses it.</exception>
    public IEventLog Open(EventSchema schema)
    {
        if (options.Disk is not { } disk)
        {
            return new MemoryLog(_memory, time, happened);
        }

        DiskLog log = Open(disk, schema);
        log.StartKeeping(disk.Sync);
        _onDisk.Add(log);
        return log;
    }

    /// <summary>Discards what waits on disk in schemas that no output has. Where there is no output at all, it stays.</summary>
    /// <exception cref="ConfigException">A folder can't be used, or another agent uses it.</exception>
    public void DiscardUnused()
    {
        if (options.Disk is not { } disk || Outputs.Count == 0)
        {
            return;
        }

        foreach (EventSchema schema in Enum.GetValues<EventSchema>())
        {
            if (Outputs.All(output => output.Pump.Schema != schema) && Directory.Exists(FolderOf(disk, schema)))
            {
                Open(disk, schema).Dispose();
            }
        }
    }

    /// <summary>Makes safe what is on disk, and lets go of it.</summary>
    public void Dispose() => _onDisk.ForEach(log => log.Dispose());

    private DiskLog Open(DiskQueueOptions disk, EventSchema schema)
    {
        SpoolFolder folder = SpoolFolder.Hold(FolderOf(disk, schema));
        try
        {
            string[] outputs = [.. Outputs.Where(output => output.Pump.Schema == schema).Select(output => output.Name)];
            return new DiskLog(
                folder, new SpoolLimits(disk.MaxSize, disk.Pauses, _memory), outputs, time, happened, spool);
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            folder.Dispose();
            throw new ConfigException(
                [new ConfigFault(null, $"queue.disk.path {folder.Path} cannot be read: {failure.Message.TrimEnd('.')}")]);
        }
    }

    private static string FolderOf(DiskQueueOptions disk, EventSchema schema) =>
        Path.Combine(disk.Folder, AgentOptions.Schemas.First(known => known.Value == schema).Key);
}
