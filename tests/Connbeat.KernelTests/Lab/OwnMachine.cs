using System.Diagnostics;
using System.Globalization;

namespace Connbeat.KernelTests.Lab;

/// <summary>
/// Runs this program as if it were alone on the machine: unshare(1) gives it processes and mounts of its own. An agent that
/// watches every namespace then sees those of the tests and no others, and no other agent sees, and holds, the tests'.
/// </summary>
internal static class OwnMachine
{
    private const string Mark = "CONNBEAT_TESTS_ARE_ALONE";

    /// <summary>
    /// A mount namespace begins as a copy of another; what that has below /run/netns would be held by it. Names given here
    /// are this machine's alone, and gone with it even where it is killed.
    /// </summary>
    private const string Forget =
        "umount -R /run/netns 2>/dev/null; mkdir -p /run/netns && mount -t tmpfs tests /run/netns && exec \"$0\" \"$@\"";

    /// <summary>True where this is that program already, or where that cannot be had without root.</summary>
    public static bool IsThis =>
        !Tests.Shared.UnprivilegedThread.IsRoot || Environment.GetEnvironmentVariable(Mark) is not null;

    /// <summary>What tells this run of the tests from any other on the real machine, for names that they share.</summary>
    public static string Name { get; } =
        Environment.GetEnvironmentVariable(Mark) ?? Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    /// <summary>Runs it, and returns its exit code.</summary>
    public static int Run(string[] args)
    {
        string[] alone = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--", "sh", "-c", Forget];
        ProcessStartInfo start = new("unshare", [.. alone, Environment.ProcessPath!, .. args]);
        start.Environment[Mark] = $"{Environment.ProcessId}-{TimeProvider.System.GetTimestamp():x}";
        using Process program = Process.Start(start)!;
        program.WaitForExit();
        return program.ExitCode;
    }
}
