namespace Connbeat.Linux;

/// <summary>Time spent on a processor.</summary>
internal static class CpuTime
{
    /// <summary>What the calling thread has spent so far, in user and in kernel mode.</summary>
    public static TimeSpan OfThread() => TimeSpan.FromTicks(LibC.ThreadCpuNanoseconds() / TimeSpan.NanosecondsPerTick);
}
