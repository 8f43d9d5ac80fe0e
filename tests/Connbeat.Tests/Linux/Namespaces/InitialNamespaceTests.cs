using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.Namespaces;

public sealed class InitialNamespaceTests
{
    [Fact]
    public void The_numbers_of_the_first_are_the_same_on_every_kernel()
    {
        using ProcTree tree = Tree("cgroup:[4026531835]", "pid:[4026531836]", "user:[4026531837]");
        ProcReader proc = new(tree.Root);

        Assert.True(InitialNamespace.IsOfCgroups(proc));
        Assert.True(InitialNamespace.IsOfProcesses(proc));
        Assert.True(InitialNamespace.IsOfUsers(proc));
    }

    [Fact]
    public void Any_other_is_of_a_container()
    {
        using ProcTree tree = Tree("cgroup:[4026532177]", "pid:[4026532178]", "pid:[4026531837]");
        ProcReader proc = new(tree.Root);

        Assert.False(InitialNamespace.IsOfCgroups(proc));
        Assert.False(InitialNamespace.IsOfProcesses(proc));
        Assert.False(InitialNamespace.IsOfUsers(proc));
    }

    [Fact]
    public void Without_the_link_nothing_is_known()
    {
        using ProcTree tree = new();

        Assert.Null(InitialNamespace.IsOfUsers(new ProcReader(tree.Root)));
    }

    private static ProcTree Tree(string cgroup, string pid, string user)
    {
        ProcTree tree = new();
        string folder = Directory.CreateDirectory($"{tree.Root}/self/ns").FullName;
        File.CreateSymbolicLink($"{folder}/cgroup", cgroup);
        File.CreateSymbolicLink($"{folder}/pid", pid);
        File.CreateSymbolicLink($"{folder}/user", user);
        return tree;
    }
}
