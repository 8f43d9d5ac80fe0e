using System.Runtime.InteropServices;

namespace Connbeat.Linux.Bpf;

/// <summary>eBPF cannot be used here: what was tried, why it failed, and what the verifier and libbpf said.</summary>
internal sealed class BpfException : Exception
{
    /// <summary>A failure in words of its own.</summary>
    /// <param name="message">The words.</param>
    /// <param name="errno">The error number; 0 where there is none.</param>
    /// <param name="log">What libbpf and the verifier said.</param>
    public BpfException(string message, int errno = 0, string log = "")
        : base(message)
    {
        Errno = errno;
        Log = log;
    }

    /// <summary>The error number, see errno(3); 0 where there is none.</summary>
    public int Errno { get; }

    /// <summary>What libbpf and the verifier said; may be empty.</summary>
    public string Log { get; } = "";

    /// <summary>True where libbpf itself is missing, or too old.</summary>
    public bool IsOfLibrary { get; init; }

    /// <summary>A failed call: what was tried, in the kernel's own words.</summary>
    public static BpfException Of(string operation, int errno, string log = "") =>
        new($"{operation}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})", errno, log);
}
