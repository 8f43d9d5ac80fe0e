using System.Runtime.InteropServices;

namespace Connbeat.Linux;

/// <summary>A system call failed: which one, with which errno, in the kernel's own words.</summary>
internal sealed class KernelException(string operation, int errno)
    : Exception($"{operation}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})")
{
    /// <summary>The call and its arguments, as in <c>open(/proc)</c>.</summary>
    public string Operation { get; } = operation;

    /// <summary>The error number; see errno(3).</summary>
    public int Errno { get; } = errno;
}
