using System.Diagnostics;

namespace Connbeat.KernelTests.Lab;

/// <summary>ip(8), many commands by one process. It runs where the thread lives that calls it.</summary>
internal static class IpCommand
{
    /// <summary>Runs the commands, all of which must succeed.</summary>
    public static void Run(params IEnumerable<string> commands)
    {
        using Process ip = Process.Start(new ProcessStartInfo("ip", "-batch -")
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
        foreach (string command in commands)
        {
            ip.StandardInput.WriteLine(command);
        }

        ip.StandardInput.Close();
        string said = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        Assert.True(ip.ExitCode == 0, said);
    }
}
