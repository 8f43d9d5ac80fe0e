using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment;

public sealed class ProcessFactsReaderTests : IDisposable
{
    private static readonly ProcessStat Sshd = new("sshd", 17, 4711, 1, 2);

    private readonly ProcTree _tree = new ProcTree().Process(766, "sshd", 7619);
    private readonly StandingClock _clock = new() { Now = TimeSpan.FromSeconds(100).Ticks };

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Everything_that_can_be_read_is_told()
    {
        ProcessFacts facts = Read(new ProcessExposure());

        Assert.Equal(766, facts.Pid);
        Assert.Equal(4711UL, facts.StartTicks);
        Assert.Equal("sshd", facts.Name);
        Assert.Equal(17, facts.ParentPid);
        Assert.Equal("/usr/sbin/sshd", facts.Executable);
        Assert.Equal("/usr/sbin/sshd -D", facts.CommandLine);
        Assert.Equal(0u, facts.Uid);
        Assert.Equal("root", facts.User);
        Assert.Equal("sshd.service", facts.Unit);
        Assert.Null(facts.Environment);
    }

    [Fact]
    public void The_start_is_counted_from_boot()
    {
        DateTimeOffset boot = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        TimeSpan afterBoot = TimeSpan.FromSeconds(4711.0 / LibC.ClockTicksPerSecond());
        Assert.Equal(boot + afterBoot, Read(new ProcessExposure()).Start);
    }

    [Theory]
    [InlineData(20_000_000UL)]
    [InlineData(ulong.MaxValue)]
    public void A_start_in_the_future_is_unknown(ulong ticks) =>
        Assert.Null(Read(new ProcessExposure(), Sshd with { StartTicks = ticks }).Start);

    [Fact]
    public void The_start_stays_when_a_process_changes()
    {
        ProcessFacts before = Read(new ProcessExposure());
        _clock.Now += 12_345;

        Assert.Equal(before.Start, Reader(new ProcessExposure()).Read(766, Sshd, before).Start);
    }

    [Fact]
    public void What_is_not_exposed_is_not_told() =>
        Assert.Equal("", Read(new ProcessExposure { CommandLine = false }).CommandLine);

    [Fact]
    public void The_environment_is_told_as_far_as_it_is_exposed()
    {
        Assert.Equal(["PATH=/bin", "LANG=C"], Read(new ProcessExposure { Environment = true }).Environment);
        Assert.Equal(
            ["LANG=C"],
            Read(new ProcessExposure { Environment = true, Variables = new HashSet<string> { "LANG" } }).Environment);
    }

    [Fact]
    public void Secrets_are_taken_out_of_all_that_is_told()
    {
        ProcessFacts facts = Read(new ProcessExposure
        {
            Environment = true,
            Secrets = new SecretsInForce(new SecretRemoval
            {
                FromArguments = arguments => arguments.Replace("-D\0", "*\0", StringComparison.Ordinal),
                FromVariable = variable => variable.Replace("=C", "=*", StringComparison.Ordinal),
            }),
        });

        Assert.Equal("/usr/sbin/sshd *", facts.CommandLine);
        Assert.Equal(["PATH=/bin", "LANG=*"], facts.Environment);
    }

    [Fact]
    public void What_cannot_be_read_is_unknown()
    {
        _tree.End(766);

        ProcessFacts facts = Read(new ProcessExposure { Environment = true });

        Assert.Equal("sshd", facts.Name);
        Assert.Equal("", facts.CommandLine);
        Assert.Null(facts.Executable);
        Assert.Null(facts.Environment);
        Assert.Null(facts.Uid);
        Assert.Null(facts.User);
        Assert.Null(facts.Unit);
        Assert.Null(facts.Container);
    }

    [Fact]
    public void The_container_comes_from_the_same_lines_as_the_unit_and_is_one_for_all_its_processes()
    {
        string id = new('a', 64);
        _tree.Process(767, "worker").Write(766, "cgroup", $"0::/system.slice/docker-{id}.scope\n");
        _tree.Write(767, "cgroup", $"5:cpu:/docker/{id}\n0::/\n");
        ProcessFactsReader reader = Reader(new ProcessExposure());

        ProcessFacts sshd = reader.Read(766, Sshd, before: null);

        Assert.Equal($"docker-{id}.scope", sshd.Unit);
        Assert.Equal(new ContainerFacts { Id = id, Runtime = "docker" }, sshd.Container);
        Assert.Same(sshd.Container, reader.Read(767, Sshd, before: null).Container);
    }

    private ProcessFacts Read(ProcessExposure exposure, ProcessStat? stat = null) =>
        Reader(exposure).Read(766, stat ?? Sshd, before: null);

    private ProcessFactsReader Reader(ProcessExposure exposure) =>
        new(new ProcReader(_tree.Root), UserNames.OfSystem(_clock), exposure, new SharedContainers(), _clock);
}
