using System.Diagnostics;

namespace Connbeat.KernelTests.Lab;

/// <summary>A program that runs in a lab's namespace until it has said all that it says.</summary>
internal static class LabCommand
{
    /// <summary>Runs it; it must succeed.</summary>
    /// <returns>The lines that it said.</returns>
    public static string[] Run(NetworkNamespaceLab lab, string program, params string[] arguments)
    {
        using Process process = lab.Run(() => Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
        Task<string> said = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
