using Connbeat.Events;

namespace Connbeat.Enrichment;

/// <summary>Collects what one round finds.</summary>
internal sealed class ScanFindings
{
    private readonly List<ProcessSighting> _sightings = [];
    private readonly List<ProcessKey> _gone = [];
    private int _scanned;

    /// <summary>How many processes could not be read for a reason that is not normal life.</summary>
    public int Faulty { get; private set; }

    /// <summary>The first of those reasons.</summary>
    public string? Fault { get; private set; }

    /// <summary>The descriptors of a process were read.</summary>
    public void Scanned() => _scanned++;

    /// <summary>A process is to be told, as it is now.</summary>
    public void Sighted(ProcessFacts facts, uint[] socketInodes) => _sightings.Add(new(facts, socketInodes));

    /// <summary>A process that was told holds no sockets any more.</summary>
    public void Went(ProcessKey process) => _gone.Add(process);

    /// <summary>A process could not be read, which never keeps the others from it.</summary>
    public void Failed(Exception reason)
    {
        Faulty++;
        Fault ??= reason.Message;
    }

    /// <summary>The answer to the loop.</summary>
    public ProcessScan ToScan(bool fresh, IReadOnlyList<uint> nobody, int denied) => new()
    {
        Fresh = fresh,
        Sightings = _sightings,
        Gone = _gone,
        Nobody = nobody,
        Scanned = _scanned,
        Denied = denied,
        Faulty = Faulty,
        Fault = Fault,
    };
}
