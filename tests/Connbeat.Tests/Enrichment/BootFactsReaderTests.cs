using Connbeat.Enrichment;
using Connbeat.Events.Ecs;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Enrichment;

public sealed class BootFactsReaderTests
{
    /// <summary>Read the way that Elastic does it: the link's target instead of its inode number.</summary>
    [Fact]
    public void The_machines_are_those_that_elastic_reads()
    {
        BootFacts facts = BootFactsReader.Read(new ProcReader(ProcReader.System));

        Assert.Equal($"pid:[{facts.PidNamespace}]", new FileInfo("/proc/self/ns/pid").LinkTarget);
        Assert.Equal($"{facts.Id}\n", File.ReadAllText("/proc/sys/kernel/random/boot_id"));
        Assert.Contains($"btime {facts.Seconds}", File.ReadLines("/proc/stat"));
        Assert.Equal(100, facts.TicksPerSecond);
    }
}
