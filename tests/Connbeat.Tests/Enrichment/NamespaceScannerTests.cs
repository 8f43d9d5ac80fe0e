using Connbeat.Capture;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment;

public sealed class NamespaceScannerTests : IDisposable
{
    private const uint Blue = 4_026_532_211;
    private const string Pod = "97f1ae73-7ad9-11ec-b4a7-9a35488b4fab";

    private static readonly string One = new('1', 64);
    private static readonly string Two = new('2', 64);

    private readonly ProcTree _tree = new();
    private readonly NamespaceScanner _scanner;

    public NamespaceScannerTests() => _scanner = new NamespaceScanner(new ProcReader(_tree.Root), new SharedContainers(), mostReads: 4);

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_namespace_is_of_the_container_that_all_its_processes_are_in()
    {
        Put("/docker/" + One, 70, 71, 72);

        Assert.Equal(new ContainerFacts { Id = One, Runtime = "docker" }, Answer(70, 71, 72));
    }

    [Fact]
    public void Processes_of_two_containers_make_it_nobodys()
    {
        Put("/docker/" + One, 70, 72);
        Put("/docker/" + Two, 71);

        Assert.Null(Answer(70, 71, 72));
    }

    [Fact]
    public void Containers_of_a_pod_share_a_namespace_so_only_the_pod_is_told()
    {
        Put($"/kubepods.slice/kubepods-pod{Pod.Replace('-', '_')}.slice/cri-containerd-{One}.scope", 70, 71);
        Assert.Equal(new ContainerFacts { Runtime = "containerd", PodUid = Pod }, Answer(70, 71));

        Put($"/kubepods/pod{Pod}/{Two}", 72);
        Assert.Equal(new ContainerFacts { PodUid = Pod }, Answer(70, 71, 72));

        Put("/docker/" + One, 73);
        Assert.Null(Answer(70, 71, 72, 73));
    }

    [Fact]
    public void A_process_in_no_container_is_looked_at_twice_before_it_is_believed()
    {
        Put("/docker/" + One, 71);
        Put("/system.slice/containerd.service", 70, 72);
        Assert.False(TryAnswer(out _, 70, 71));
        Assert.Null(Answer(70, 71));

        Assert.False(TryAnswer(out _, 71, 72));
        Put("/docker/" + One, 72);
        Assert.Equal(One, Answer(71, 72)?.Id);
    }

    [Fact]
    public void A_process_is_read_once_and_again_only_after_it_was_away()
    {
        Put("/docker/" + One, 70, 71);
        Assert.Equal(One, Answer(70, 71)?.Id);
        Put("/docker/" + Two, 70, 71);
        Assert.Equal(One, Answer(70, 71)?.Id);

        Assert.Equal(One, Answer(71)?.Id);
        Assert.Null(Answer(70, 71));
    }

    [Fact]
    public void One_with_many_processes_is_answered_when_all_were_read()
    {
        int[] pids = [.. Enumerable.Range(70, 10)];
        Put("/docker/" + One, pids);

        Assert.False(TryAnswer(out _, pids));
        Assert.False(TryAnswer(out _, pids));
        Assert.Equal(One, Answer(pids)?.Id);
    }

    [Fact]
    public void What_disagrees_is_told_however_many_are_still_to_be_read()
    {
        int[] pids = [.. Enumerable.Range(70, 100)];
        Put("/docker/" + One, pids);
        Put("/docker/" + Two, 72);

        Assert.Null(Answer(pids));
    }

    [Fact]
    public void A_process_that_ended_does_not_count()
    {
        Put("/docker/" + One, 70);

        Assert.Equal(One, Answer(69, 70, 71)?.Id);
        Assert.False(TryAnswer(out _, 68));
        Assert.False(TryAnswer(out _));
    }

    [Fact]
    public void What_is_wanted_no_more_is_forgotten()
    {
        Put("/docker/" + One, 70);
        Answer(70);
        _scanner.Look([], new ScanFindings());
        Put("/docker/" + Two, 70);

        Assert.Equal(Two, Answer(70)?.Id);
    }

    private void Put(string cgroup, params int[] pids)
    {
        foreach (int pid in pids)
        {
            Directory.CreateDirectory($"{_tree.Root}/{pid}");
            _tree.Write(pid, "cgroup", $"0::{cgroup}\n");
        }
    }

    private ContainerFacts? Answer(params int[] pids)
    {
        Assert.True(TryAnswer(out ContainerFacts? container, pids));
        return container;
    }

    private bool TryAnswer(out ContainerFacts? container, params int[] pids)
    {
        ScanFindings findings = new();
        NamespaceSighting other = new(7, "other", []);
        IReadOnlyDictionary<uint, ContainerFacts?> answers = _scanner.Look([other, new NamespaceSighting(Blue, null, pids)], findings);
        Assert.Equal(0, findings.Faulty);
        Assert.False(answers.ContainsKey(7));
        return answers.TryGetValue(Blue, out container);
    }
}
