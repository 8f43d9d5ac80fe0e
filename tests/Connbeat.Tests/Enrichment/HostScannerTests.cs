using Connbeat.Capture;
using Connbeat.Enrichment;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment;

public sealed class HostScannerTests : IDisposable
{
    private static readonly string Id = new('1', 64);

    private readonly ProcTree _tree = new();

    public HostScannerTests() =>
        _tree.Process(766, "sshd", 7619).Process(70, "web").Write(70, "cgroup", $"0::/docker/{Id}\n");

    private static ScanRequest Request => new(new HashSet<uint>(), 0)
    {
        Cgroups = new HashSet<ulong> { 25 },
        Namespaces = [new NamespaceSighting(7, null, [70])],
    };

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Processes_groups_and_namespaces_come_in_one_answer()
    {
        ProcessScan scan = Some.HostScanner(_tree.Root, new StandingClock()).Scan(Request);

        Assert.True(scan.Fresh);
        Assert.Equal(766, Assert.Single(scan.Sightings).Facts.Pid);
        Assert.Equal((25ul, null), (Assert.Single(scan.Cgroups).Key, Assert.Single(scan.Cgroups).Value));
        Assert.Equal(Id, scan.Namespaces[7]?.Id);
    }

    [Fact]
    public void Containers_are_told_where_no_process_is_to_be()
    {
        SharedContainers containers = new();
        HostScanner scanner = new(
            null, new CgroupScanner(null, containers), new NamespaceScanner(new ProcReader(_tree.Root), containers),
            new SecretsInForce(SecretRemoval.None));

        ProcessScan scan = scanner.Scan(Request);

        Assert.Empty(scan.Sightings);
        Assert.Equal(Id, scan.Namespaces[7]?.Id);
    }

    [Fact]
    public void Where_something_else_is_withheld_every_process_is_told_anew()
    {
        SecretRemoval less = new() { FromArguments = _ => "app\0*\0" };
        SecretsInForce secrets = new(SecretRemoval.None);
        HostScanner scanner = Some.HostScanner(_tree.Root, new StandingClock(), secrets: secrets);
        ProcessScan before = scanner.Scan(Request);
        Assert.Equal("/usr/sbin/sshd -D", Assert.Single(before.Sightings).Facts.CommandLine);
        Assert.Empty(scanner.Scan(Request).Sightings);
        secrets.Now = less;

        ProcessScan after = scanner.Scan(Request);

        Assert.True(after.Fresh);
        Assert.Equal("app *", Assert.Single(after.Sightings).Facts.CommandLine);
        Assert.Equal((SecretRemoval.None, less), (before.Secrets, after.Secrets));
    }
}
