using Connbeat.Commands.Doctor;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Shared;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Commands.Doctor;

/// <summary>The facts of the machine that the test runs on.</summary>
public sealed class SubjectsTests
{
    private static readonly Dictionary<string, string> Environment = [];

    private static readonly Patient Here =
        new(new AgentOptions(), Users.Program, Environment.GetValueOrDefault, BootTime.Clock);

    [Fact]
    public async Task Every_look_comes_to_a_finding_of_a_name_of_its_own()
    {
        IReadOnlyList<Finding> findings =
            await Examination.RunAsync(Subjects.Of(Here, new LoadedConfig(Here.Options, [], [], []), []), new ManualTime());

        Assert.Equal(
            [
                "configuration", "kernel", "user", "capabilities", "source", "receive buffer", "sock_diag",
                "destroyed sockets", "namespaces", "open files", "processes", "control groups", "container engine",
                "output console", "queue", "state file", "clock", "bpf", "conntrack",
            ],
            findings.Select(finding => finding.Name));
        Assert.DoesNotContain(findings, finding => finding.Status is Status.Broken);
        Assert.All(findings, finding => Assert.NotEmpty(finding.Says));
    }

    [Fact]
    public async Task Each_output_is_looked_at()
    {
        AgentOptions options = ConfigLoader.Read(
            [], ["output.file.path=/tmp/connbeat-of-nobody", "output.http.hosts=127.0.0.1:1"], _ => null).Options;
        IReadOnlyList<Finding> findings = await Examination.RunAsync(
            Subjects.OfOutputs(Here with { Options = options }, TimeSpan.FromSeconds(20)), new ManualTime());

        Assert.Equal(["output console", "output file", "output http"], findings.Select(finding => finding.Name));
        findings[1].IsOk("/tmp/connbeat-of-nobody/connbeat can be made");
        Assert.Equal("http://127.0.0.1:1: Connection refused", findings[2].Says);
        Assert.False(Directory.Exists("/tmp/connbeat-of-nobody"));
    }

    [Fact]
    public void Faults_of_the_configuration_are_among_them()
    {
        Subject configuration = Subjects.Of(Here, loaded: null, [new ConfigFault(null, "no such file")])[0];

        Assert.Equal(["no such file"], Assert.Single(configuration.Look()).Costs);
    }

    [Fact]
    public void Nobody_may_look_at_others()
    {
        Assert.SkipUnless(UnprivilegedThread.IsRoot, "needs root to become somebody else");

        ProcFacts facts = UnprivilegedThread.Run(() => ProcFacts.Read(new ProcReader("/proc"), Here, ownersAreTold: false));

        Assert.InRange(facts.Seen, 1, ProcFacts.Most);
        Assert.InRange(facts.Readable, 0, facts.Seen - 1);
        Assert.False(facts.HasTheRights);
    }

    [Fact]
    public void The_receive_buffer_is_as_large_as_it_is_granted()
    {
        CaptureFacts facts = UnprivilegedThread.Run(() =>
        {
            ProcReader proc = new("/proc");
            return CaptureFacts.Read(proc, Here, BpfFacts.Read(proc, Here));
        });

        Assert.Equal("netlink", facts.Engine);
        Assert.Null(facts.Refusal);
        Assert.Empty(facts.Files);
        Assert.Equal((int)Math.Min(facts.LargestBuffer!.Value, 33_554_432), facts.BufferBytes);
    }

    [Fact]
    public void Files_in_the_environment_are_tried()
    {
        Dictionary<string, string> environment = new()
        {
            ["PROC_NET_TCP"] = "/proc/self/net/tcp",
            ["PROC_NET_TCP6"] = "/no/such/file",
        };

        ProcReader proc = new("/proc");
        Patient patient = Here with { Environment = environment.GetValueOrDefault };
        CaptureFacts facts = CaptureFacts.Read(proc, patient, BpfFacts.Read(proc, patient));

        Assert.Equal("procfs", facts.Engine);
        Assert.Equal(["/proc/self/net/tcp", "/no/such/file"], facts.Files);
        Assert.Equal(["/no/such/file"], facts.UnreadableFiles);
        Assert.Null(facts.BufferBytes);
    }

    [Theory]
    [InlineData("unix:///no/such/docker.sock", "unix:///no/such/docker.sock", "there is no such socket")]
    [InlineData("ftp://there", null, "DOCKER_HOST is 'ftp://there'")]
    public void A_container_engine_is_really_asked(string host, string? address, string failure)
    {
        Dictionary<string, string> environment = new() { ["DOCKER_HOST"] = host };
        Patient patient = Here with
        {
            Options = new AgentOptions { Enrichment = new() { EnableDocker = true } },
            Environment = environment.GetValueOrDefault,
        };

        ContainerEngineFacts facts = ContainerEngineFacts.Read(new ProcReader("/proc"), patient);

        Assert.Equal(address, facts.Address);
        Assert.StartsWith(failure, facts.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_of_control_groups_is_found_where_there_is_one()
    {
        CgroupFacts facts = CgroupFacts.Read(new ProcReader("/proc"));

        Assert.Equal(
            File.ReadLines("/proc/self/mountinfo").Any(line => line.Contains(" - cgroup2 ", StringComparison.Ordinal)),
            facts.Version2 is not null);
    }
}
