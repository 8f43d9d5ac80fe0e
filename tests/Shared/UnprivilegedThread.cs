using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Connbeat.Tests.Shared;

/// <summary>
/// Looks at the machine as a user without rights, in a test that may run as root. The kernel keeps credentials per
/// thread; it is libc that changes those of all threads together, so the bare system calls are made.
/// </summary>
internal static partial class UnprivilegedThread
{
    /// <summary>A user that owns nothing.</summary>
    public const uint Nobody = 65534;

    /// <summary>True where the test may do anything.</summary>
    public static bool IsRoot => geteuid() == 0;

    /// <summary>Runs <paramref name="look"/> on a thread of its own, without rights where the test has some.</summary>
    public static T Run<T>(Func<T> look)
    {
        T? seen = default;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                DropRights(Nobody);
                seen = look();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? seen! : throw new InvalidOperationException("The look of nobody failed.", failure);
    }

    /// <summary>
    /// Makes the calling thread, and no other, the user's for as long as it lives, without any group or capability.
    /// Who is not root has no rights to drop. Threads that it starts are like it.
    /// </summary>
    public static void DropRights(uint user)
    {
        if (!IsRoot)
        {
            return;
        }

        (nint setgroups, nint setresgid, nint setresuid) = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => (116, 119, 117),
            Architecture.Arm64 => (159, 149, 147),
            Architecture other => throw new PlatformNotSupportedException($"no system call numbers for {other}"),
        };
        Succeed(syscall(setgroups, 0, 0, 0));
        Succeed(syscall(setresgid, (nint)user, (nint)user, (nint)user));
        Succeed(syscall(setresuid, (nint)user, (nint)user, (nint)user));
    }

    private static void Succeed(nint result)
    {
        if (result < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second, nint third);
}
