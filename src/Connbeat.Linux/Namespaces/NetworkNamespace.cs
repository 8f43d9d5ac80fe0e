using System.Buffers.Text;
using System.Runtime.ExceptionServices;
using System.Text;
using Connbeat.Linux.ProcFs;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.Namespaces;

/// <summary>A network namespace by its inode number, which is what the kernel and <c>lsns</c> know it by; namespaces(7).</summary>
internal static class NetworkNamespace
{
    /// <summary>The namespace of the calling thread.</summary>
    /// <exception cref="KernelException">There is no /proc to ask.</exception>
    public static uint Current()
    {
        int errno = LibC.TryStatus("/proc/thread-self/ns/net\0"u8, out FileStatus status);
        return errno == 0 ? (uint)status.Inode : throw new KernelException("statx(/proc/thread-self/ns/net)", errno);
    }

    /// <summary>
    /// Inode number of /proc/net/tcp in the namespace of the calling thread: one for each namespace, which everybody may
    /// see of every process. Null where there is none.
    /// </summary>
    public static uint? NetInode() =>
        LibC.TryStatus("/proc/thread-self/net/tcp\0"u8, out FileStatus status) == 0 ? (uint)status.Inode : null;

    /// <summary>
    /// Runs something in a network namespace: on a thread of its own that ends with it, so that nothing but what was opened
    /// keeps the namespace alive, and no thread of the agent's is ever left in it. A thread takes a tenth of a millisecond.
    /// </summary>
    /// <param name="path">A mount of the namespace, or the /proc/[pid]/ns/net of a process in it.</param>
    /// <param name="expected">Its inode number: a process may have ended, and its number be another's.</param>
    /// <param name="errand">What is to be done there.</param>
    /// <exception cref="KernelException">It cannot be entered, or is another one.</exception>
    public static T Inside<T>(string path, uint expected, Func<T> errand)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                Enter(path, expected);
                result = errand();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        { IsBackground = true, Name = "namespace" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    private static void Enter(string path, uint expected)
    {
        const int NoSuchProcess = 3; // ESRCH

        using SafeFileHandle @namespace = TryOpen(path, out int errno) ?? throw new KernelException($"open({path})", errno);
        errno = LibC.TryEnterNetworkNamespace(@namespace);
        if (errno != 0)
        {
            throw new KernelException($"setns({path})", errno);
        }

        if (Current() != expected)
        {
            throw new KernelException($"setns({path}): not network namespace {expected} any more", NoSuchProcess);
        }
    }

    private static SafeFileHandle? TryOpen(string path, out int errno)
    {
        using LentRights.Loan loan = LentRights.Take();
        return LibC.TryOpen(Encoding.UTF8.GetBytes(path + '\0'), directory: false, out errno);
    }

    /// <summary>The number in <c>net:[4026531840]</c>, as links in /proc and mounts of a namespace have it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out uint id)
    {
        id = 0;
        return text.StartsWith("net:["u8) && Utf8Parser.TryParse(text[5..], out id, out int digits) &&
            text[(5 + digits)..].SequenceEqual("]"u8);
    }
}
