using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Linux.Namespaces;

public sealed class NamespaceCensusTests : IDisposable
{
    private const uint Host = 4026531840;
    private const uint Blue = 4026532177;
    private const uint Red = 4026532246;

    private readonly NamespaceTree _tree = new();

    [Fact]
    public void Processes_are_found_in_their_namespaces()
    {
        _tree.Process(1, Host).Process(766, Blue).Process(1000, Host).Process(80, Host).Process(2, Blue);

        Assert.Equal([$"{Host} of 1 80 1000 by 1", $"{Blue} of 2 766 by 2"], Told(_tree.Census()));
    }

    [Fact]
    public void Every_look_tells_what_is_now()
    {
        NamespaceCensus census = _tree.Census();
        _tree.Process(1, Host).Process(766, Blue).Process(80, Blue);
        Told(census);

        _tree.End(766);
        Assert.Equal([$"{Host} of 1 by 1", $"{Blue} of 80 by 80"], Told(census));
        _tree.Process(80, Host);
        Assert.Equal([$"{Host} of 1 80 by 1"], Told(census));
        _tree.Process(80, Red).Mounts(($"net:[{Blue}]", "/run/netns/blue"));
        Assert.Equal(
            [$"{Host} of 1 by 1", $"{Blue} of nobody at /run/netns/blue (blue)", $"{Red} of 80 by 80"], Told(census));
        _tree.Mounts();
        Assert.Equal([$"{Host} of 1 by 1", $"{Red} of 80 by 80"], Told(census));
    }

    [Fact]
    public void A_mounted_namespace_needs_no_process_and_has_a_name()
    {
        _tree.Process(1, Host).Mounts(
            ($"net:[{Blue}]", "/run/netns/blue"),
            ($"net:[{Host}]", "/run/docker/netns/default"),
            ($"uts:[{Red}]", "/run/utsns/red"),
            ("/", "/run/netns"));

        Assert.Equal(
            [
                $"{Host} of 1 by 1 at /run/docker/netns/default (default)",
                $"{Blue} of nobody at /run/netns/blue (blue)",
            ],
            Told(_tree.Census()));
    }

    [Theory]
    [InlineData("/run/docker/netns/1a2b", "/run/netns/blue", "/run/netns/blue")]
    [InlineData("/run/netns/blue", "/run/docker/netns/1a2b", "/run/netns/blue")]
    [InlineData("/mnt/x/run/netns/blue", "/var/run/netns/blue", "/var/run/netns/blue")]
    [InlineData("/run/netns/azure", "/run/netns/blue", "/run/netns/azure")]
    [InlineData("/run/docker/netns/1a2b", "/run/user/0/netns/blue", "/run/docker/netns/1a2b")]
    [InlineData(@"/run/netns/two\040words", "/run/netns/blue", "/run/netns/two words")]
    public void Of_several_mounts_one_that_people_named_is_told_else_the_first(string one, string other, string told)
    {
        _tree.Mounts(($"net:[{Blue}]", one), ($"net:[{Blue}]", other));

        FoundNamespace found = _tree.Census().Take()[Blue];

        Assert.Equal((told, told.Split('/')[^1]), (found.MountPoint, found.Name));
        Assert.True(found.IsOpenable);
    }

    [Fact]
    public void What_is_learnt_inside_a_namespace_puts_processes_of_others_there_that_nobody_else_could()
    {
        NamespaceCensus census = _tree.Census();
        _tree.Process(1, Host).Process(900, Blue).Deny(900).Mounts(($"net:[{Blue}]", "/run/netns/blue"));
        uint netInode = _tree.NetInode(Blue);
        Assert.Equal(
            [
                $"{netInode} of 900", $"{Host} of 1 by 1", $"{Blue} of nobody at /run/netns/blue (blue)",
            ],
            NamespaceTree.AsNobody(() => Told(census)));
        Assert.False(census.IsAlias(netInode));

        census.Learn(netInode, Blue);
        Assert.True(census.IsAlias(netInode));
        Assert.False(census.IsAlias(Blue));
        string[] together = [$"{Host} of 1 by 1", $"{Blue} of 900 at /run/netns/blue (blue)"];
        Assert.Equal(together, NamespaceTree.AsNobody(() => Told(census)));
        Assert.Equal(together, NamespaceTree.AsNobody(() => Told(census)));
    }

    [Fact]
    public void A_process_that_may_not_be_read_is_put_with_those_of_its_namespace()
    {
        _tree.Process(1, Host).Process(80, Blue).Process(766, Host).Process(900, Blue).Process(901, Blue)
            .Deny(1).Deny(80).Deny(901);

        Assert.Equal(
            [$"{Host} of 1 766 by 766", $"{Blue} of 80 900 901 by 900"],
            NamespaceTree.AsNobody(() => Told(_tree.Census())));
    }

    [Fact]
    public void A_namespace_of_others_is_known_by_the_inode_of_its_table_and_cannot_be_opened()
    {
        _tree.Process(1, Host).Process(80, Blue).Process(766, Blue).Deny(80).Deny(766);

        Assert.Equal(
            [$"{_tree.NetInode(Blue)} of 80 766", $"{Host} of 1 by 1"],
            NamespaceTree.AsNobody(() => Told(_tree.Census())));
    }

    [Fact]
    public void A_namespace_keeps_its_number_when_those_who_taught_it_end()
    {
        _tree.Process(1, Host).Process(80, Blue).Process(766, Blue).Deny(766);
        NamespaceCensus census = _tree.Census();
        NamespaceTree.AsNobody(() => Told(census));

        _tree.End(80);

        _tree.Deny(766);
        Assert.Equal([$"{Host} of 1 by 1", $"{Blue} of 766"], NamespaceTree.AsNobody(() => Told(census)));
        Assert.Equal([$"{Host} of 1 by 1", $"{Blue} of 766"], NamespaceTree.AsNobody(() => Told(census)));
    }

    [Fact]
    public void A_number_that_another_namespace_has_by_now_is_not_kept()
    {
        _tree.Process(1, Host).Process(80, Blue).Process(766, Blue).Process(900, Red).Deny(766);
        NamespaceCensus census = _tree.Census();
        NamespaceTree.AsNobody(() => Told(census));

        _tree.End(80);
        _tree.Renumber(900, Blue).Deny(766);

        Assert.Equal(
            [$"{_tree.NetInode(Blue)} of 766", $"{Host} of 1 by 1", $"{Blue} of 900 by 900"],
            NamespaceTree.AsNobody(() => Told(census)));
    }

    [Fact]
    public void A_process_of_which_nothing_can_be_seen_is_left_out()
    {
        _tree.Process(1, Host).Process(766, Blue).Hide(766);

        Assert.Equal([$"{Host} of 1 by 1"], NamespaceTree.AsNobody(() => Told(_tree.Census())));
    }

    [Fact]
    public void A_process_that_ended_meanwhile_is_left_out()
    {
        _tree.Process(1, Host).Process(766, Blue).Unlink(766);

        Assert.Equal([$"{Host} of 1 by 1"], Told(_tree.Census()));
    }

    [Fact]
    public void A_namespace_is_held_by_a_thread_whose_process_is_elsewhere()
    {
        _tree.Process(1, Host).Process(766, Host).Thread(766, 801, Blue);
        NamespaceCensus census = _tree.Census();
        census.Take();

        Assert.True(census.IsHeldByThread(Blue));
        Assert.True(census.IsHeldByThread(Host));
        Assert.False(census.IsHeldByThread(Red));
    }

    [Fact]
    public void A_thread_that_may_not_be_read_is_known_by_the_inode_of_its_table()
    {
        _tree.Process(1, Host).Process(766, Host).Thread(766, 801, Blue).Process(900, Red).Process(901, Red)
            .Deny(766).Deny(766, 766).Deny(766, 801).Deny(900).Deny(900, 900);
        bool[] held = NamespaceTree.AsNobody<bool[]>(() =>
        {
            NamespaceCensus census = _tree.Census();
            census.Take();
            return
            [
                census.IsHeldByThread(_tree.NetInode(Blue)), census.IsHeldByThread(Red),
                census.IsHeldByThread(Blue), census.IsHeldByThread(_tree.NetInode(Red)),
            ];
        });

        Assert.Equal([true, true, false, false], held);
    }

    [Fact]
    public void Without_a_proc_there_is_an_error_that_names_it()
    {
        NamespaceCensus census = new(new ProcReader("/nowhere/proc"));

        Assert.Equal("open(/nowhere/proc)", Assert.Throws<KernelException>(() => census.Take()).Operation);
    }

    [Fact]
    public void The_test_itself_is_found_in_the_real_proc()
    {
        NamespaceCensus census = new(new ProcReader("/proc"));

        FoundNamespace ours = census.Take()[NetworkNamespace.Current()];

        Assert.Contains(Environment.ProcessId, ours.Pids);
        Assert.True(ours.IsOpenable);
        Assert.Equal(ours.Pids.Order(), ours.Pids);
        Assert.True(census.IsHeldByThread(ours.Id));
        Assert.False(census.IsHeldByThread(1));
    }

    [Fact]
    public void Who_has_no_rights_finds_as_many_namespaces_and_the_same_processes()
    {
        ProcReader proc = new("/proc");
        uint? ours = ProcNetTable.NetInode(proc, Environment.ProcessId);
        uint? first = ProcNetTable.NetInode(proc, 1);

        (uint own, int[] pids) = NamespaceTree.AsNobody(() =>
            (NetworkNamespace.Current(), new NamespaceCensus(proc).Take()[NetworkNamespace.Current()].Pids.ToArray()));

        Assert.Equal(NetworkNamespace.Current(), own);
        Assert.Contains(Environment.ProcessId, pids);
        Assert.Equal(ours == first, pids.Contains(1));
    }

    public void Dispose() => _tree.Dispose();

    private static string[] Told(NamespaceCensus census)
    {
        IReadOnlyDictionary<uint, FoundNamespace> found = census.Take();
        Assert.All(found, one => Assert.Equal(one.Key, one.Value.Id));
        Assert.All(found.Values, one => Assert.Equal(one.IsOpenable, one.OpenablePid != 0 || one.MountPoint != null));
        return [.. found.Values.OrderBy(one => one.Id).Select(Told)];
    }

    private static string Told(FoundNamespace found)
    {
        string pids = found.Pids is [] ? "nobody" : string.Join(' ', found.Pids);
        string by = found.OpenablePid == 0 ? "" : $" by {found.OpenablePid}";
        string at = found.MountPoint is null ? "" : $" at {found.MountPoint} ({found.Name})";
        return $"{found.Id} of {pids}{by}{at}";
    }
}
