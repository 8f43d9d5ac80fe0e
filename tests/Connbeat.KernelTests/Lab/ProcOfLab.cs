using Connbeat.Linux.ProcFs;

namespace Connbeat.KernelTests.Lab;

/// <summary>
/// A /proc in which the process itself is a lab's thread: the kernel's own /proc/self is the process's first thread, which
/// lives elsewhere. Nothing else is in it.
/// </summary>
internal sealed class ProcOfLab : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("connbeat-");

    /// <summary>Makes one.</summary>
    public ProcOfLab(NetworkNamespaceLab lab)
    {
        string thread = lab.Run(static () => File.ResolveLinkTarget("/proc/thread-self", returnFinalTarget: false)!.FullName);
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "self"), thread);
        Reader = new ProcReader(_folder.FullName);
    }

    /// <summary>Reads it.</summary>
    public ProcReader Reader { get; }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);
}
