using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Enrichment;

/// <summary>Scanners, requests and processes as the tests of owners want them.</summary>
internal static class Some
{
    public static ProcessScanner Scanner(
        string root, TimeProvider time, ProcessExposure? exposure = null, int walkBudget = 20_000, UserNames? users = null)
    {
        ProcReader proc = new(root);
        ProcessFactsReader facts = new(proc, users ?? UserNames.OfSystem(time), exposure ?? new(), new SharedContainers(), time);
        return new ProcessScanner(new WatchedProcessReader(proc, facts, time), time, walkBudget);
    }

    public static HostScanner HostScanner(
        string root, TimeProvider time, string? cgroupRoot = null, SecretsInForce? secrets = null)
    {
        SharedContainers containers = new();
        return new HostScanner(
            Scanner(root, time, secrets is null ? null : new ProcessExposure { Secrets = secrets }),
            new CgroupScanner(cgroupRoot is null ? null : new CgroupTree(cgroupRoot), containers),
            new NamespaceScanner(new ProcReader(root), containers), secrets ?? new SecretsInForce(SecretRemoval.None));
    }

    public static ScanRequest Nothing { get; } = new(new HashSet<uint>(), 0);

    public static ScanRequest Request(long seenAt, params uint[] wanted) => new(wanted.ToHashSet(), seenAt);

    public static ProcessSighting Sighting(int pid, ulong startTicks, params uint[] sockets) =>
        new(new ProcessFacts { Pid = pid, StartTicks = startTicks, Name = $"process-{pid}" }, sockets);
}

/// <summary>A clock that stands until a test moves it. It counts 100 ns ticks since a boot on 2026-01-01.</summary>
internal sealed class StandingClock : TimeProvider
{
    public long Now { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(Now);
}
