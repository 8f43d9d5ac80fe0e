using Connbeat.KernelTests.Lab;

namespace Connbeat.KernelTests;

/// <summary>What the other tests rely on. Alone, for the next lab gets a free namespace number.</summary>
[Collection(nameof(Alone))]
public sealed class LabTests
{
    [Fact]
    public async Task A_lab_has_a_namespace_of_its_own_and_leaves_no_thread_in_it()
    {
        uint before = Connbeat.Linux.Namespaces.NetworkNamespace.Current();
        uint inside;
        int pid;
        using (NetworkNamespaceLab lab = new())
        {
            inside = lab.Namespace;
            using LabProcess child = LabProcess.Shell(lab, "readlink /proc/self/ns/net; read line");
            pid = child.Pid;
            Assert.Equal($"net:[{inside}]", await child.HearAsync());
        }

        Assert.NotEqual(before, inside);
        Assert.False(Directory.Exists($"/proc/{pid}"));

        // A thread that was joined is in /proc for a moment more.
        Assert.True(SpinWait.SpinUntil(() => !Namespaces().Contains($"net:[{inside}]"), TimeSpan.FromSeconds(10)));
    }

    private static IEnumerable<string?> Namespaces() =>
        Directory.EnumerateDirectories("/proc/self/task").Select(NamespaceOf);

    private static string? NamespaceOf(string thread)
    {
        try
        {
            return File.ResolveLinkTarget($"{thread}/ns/net", returnFinalTarget: false)?.Name;
        }
        catch (IOException)
        {
            return null; // it has ended meanwhile
        }
    }
}
