using System.Globalization;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Shared;

namespace Connbeat.KernelTests.Lab;

/// <summary>
/// A control group that a test makes, named as a container runtime would name it, below one of the test's own. It is
/// removed when disposed, with what is above it; its processes must have ended by then.
/// </summary>
internal sealed class ControlGroup : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static int _made;

    private readonly string _hierarchy;
    private readonly Stack<string> _folders = [];

    private ControlGroup(string fileSystem, string path)
    {
        Assert.SkipUnless(UnprivilegedThread.IsRoot, "only root can make control groups");
        _hierarchy = HierarchyOf(fileSystem) ?? "";
        Assert.SkipWhen(_hierarchy == "", $"no {fileSystem} is mounted");
        string folder = _hierarchy;
        foreach (string name in $"connbeat-test-{OwnMachine.Name}-{Interlocked.Increment(ref _made)}{path}".Split('/'))
        {
            folder += '/' + name;
            Directory.CreateDirectory(folder);
            _folders.Push(folder);
        }
    }

    /// <summary>One of version 2.</summary>
    public static ControlGroup OfVersion2(string path) => new("cgroup2", path);

    /// <summary>One of the first hierarchy of version 1; skips the test where there is none.</summary>
    public static ControlGroup OfVersion1(string path) => new("cgroup", path);

    /// <summary>Puts a process into it.</summary>
    public void Add(int pid) => Move(_folders.Peek(), pid);

    /// <summary>Takes a process out of it, to the root of the hierarchy.</summary>
    public void Expel(int pid) => Move(_hierarchy, pid);

    /// <summary>Removes it.</summary>
    public void Remove()
    {
        while (_folders.TryPop(out string? folder))
        {
            Assert.True(SpinWait.SpinUntil(() => TryRemove(folder), Patience), $"{folder} cannot be removed");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Remove();

    private static string? HierarchyOf(string fileSystem) =>
        MountInfo.Read(new ProcReader(ProcReader.System)).FirstOrDefault(mount => mount.FileSystem == fileSystem).MountPoint;

    private static void Move(string folder, int pid) =>
        File.WriteAllText(folder + "/cgroup.procs", pid.ToString(CultureInfo.InvariantCulture));

    /// <summary>The kernel lets go of a process that ended a moment after its parent has heard of it.</summary>
    private static bool TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
