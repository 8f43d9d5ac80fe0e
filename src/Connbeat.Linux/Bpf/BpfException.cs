using System.Runtime.InteropServices;

namespace Connbeat.Linux.Bpf;

/// <summary>eBPF cannot be used here: what was tried, why it failed, and what the verifier and libbpf said.</summary>
internal sealed class BpfException : Exception
{
    /// <summary>A failure that is no errno.</summary>
    public BpfException(string message)
        : base(message)
    {
    }

    /// <summary>A failed call.</summary>
    /// <param name="operation">What was tried.</param>
    /// <param name="errno">The error number; see errno(3).</param>
    /// <param name="log">What libbpf and the verifier said.</param>
    public BpfException(string operation, int errno, string log = "")
        : base($"{operation}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})")
    {
        Errno = errno;
        Log = log;
    }

    /// <summary>The error number; 0 where there is none.</summary>
    public int Errno { get; }

    /// <summary>What libbpf and the verifier said; may be empty.</summary>
    public string Log { get; } = "";
}
