using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux;

namespace Connbeat.Tracking.State;

/// <summary>What a run left behind in the state file.</summary>
/// <param name="Boot">The boot that it ran under.</param>
/// <param name="Run">Its id.</param>
/// <param name="LastSequence">The last sequence that reached the file.</param>
/// <param name="WasClean">True where it stopped as it was asked to.</param>
/// <param name="Open">The connections and listeners whose opening it had told, but not their end.</param>
internal sealed record SavedRun(
    Guid Boot, Guid Run, long LastSequence, bool WasClean, IReadOnlyCollection<Connection> Open)
{
    /// <summary>Takes secrets out of the command lines: a run that told them may have left them behind.</summary>
    public void Withhold(SecretRemoval secrets)
    {
        Withholding withholding = new(secrets);
        foreach (Connection connection in Open)
        {
            connection.Owner = connection.Owner is { } owner ? withholding.Of(owner) : null;
        }
    }

    /// <summary>Reads a state file as far as it is whole.</summary>
    /// <returns>Null where not even its header is.</returns>
    public static SavedRun? Parse(ReadOnlySpan<byte> file)
    {
        if (!StateFrames.TryTake(ref file, out ReadOnlySpan<byte> body))
        {
            return null;
        }

        Dictionary<SocketKey, Connection> open = [];
        List<ProcessFacts> processes = [];
        List<CgroupFacts> cgroups = [];
        long sequence = 0;
        bool clean = false;
        try
        {
            (Guid boot, Guid run) = StateRecords.ReadHeader(body);
            while (StateFrames.TryTake(ref file, out body) && TryApply(body))
            {
            }

            return new SavedRun(boot, run, sequence, clean, open.Values);
        }
        catch (WireFormatException)
        {
            return null;
        }

        bool TryApply(ReadOnlySpan<byte> record)
        {
            try
            {
                clean = false;
                switch ((StateRecords.Kind)record[0])
                {
                    case StateRecords.Kind.Process:
                        processes.Add(StateRecords.ReadProcess(record));
                        return true;
                    case StateRecords.Kind.Cgroup:
                        cgroups.Add(StateRecords.ReadCgroup(record));
                        return true;
                    case StateRecords.Kind.Opened:
                        open[StateRecords.ReadKey(record)] = StateRecords.ReadOpened(record, processes, cgroups);
                        break;
                    case StateRecords.Kind.Ended:
                        open.Remove(StateRecords.ReadKey(record));
                        break;
                    case StateRecords.Kind.Stopped:
                        clean = true;
                        break;
                    default:
                        return false;
                }

                sequence = Math.Max(sequence, StateRecords.ReadSequence(record));
                return true;
            }
            catch (WireFormatException)
            {
                return false; // whole by its checksum, yet not of our making: as good as the end
            }
        }
    }
}
