using System.Diagnostics;
using System.Globalization;

namespace Connbeat.Benchmarks.Macro;

/// <summary>Measures CPU time, user and system, in milliseconds: what a busy machine distorts least.</summary>
internal static class Cpu
{
    /// <summary>What this process spends on <paramref name="work"/>, all threads.</summary>
    public static double Of(Action work)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    }

    /// <summary>What a program spends whose output goes to /dev/null; the shell asks the kernel when it has ended.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static double OfProgram(params ReadOnlySpan<string> command)
    {
        const string Timed = "TIMEFORMAT='%3U %3S'; time \"$0\" \"$@\" >/dev/null";

        using Process shell = Process.Start(new ProcessStartInfo("bash", ["-c", Timed, .. command])
        {
            RedirectStandardError = true,
        })!;
        string told = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        string[] times = told.TrimEnd().Split('\n')[^1].Split(' ');
        return shell.ExitCode == 0
            ? 1000 * times.Sum(time => double.Parse(time, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{string.Join(' ', command!)} exited with {shell.ExitCode}: {told}");
    }
}
