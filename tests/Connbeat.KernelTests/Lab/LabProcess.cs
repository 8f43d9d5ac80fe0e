using System.Diagnostics;

namespace Connbeat.KernelTests.Lab;

/// <summary>A process in a lab's namespace that a test can talk with, line by line. Killed when disposed.</summary>
internal sealed class LabProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    /// <summary>Starts a program.</summary>
    public LabProcess(NetworkNamespaceLab lab, string program, params string[] arguments) =>
        _process = lab.Run(() => Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);

    /// <summary>Its process id.</summary>
    public int Pid => _process.Id;

    /// <summary>This very program as a child that holds sockets; see <see cref="ChildMode"/>.</summary>
    public static LabProcess SocketHolder(NetworkNamespaceLab lab) =>
        new(lab, Path.Combine(AppContext.BaseDirectory, "Connbeat.KernelTests"), "child");

    /// <summary>A shell that runs <paramref name="script"/>.</summary>
    public static LabProcess Shell(NetworkNamespaceLab lab, string script) => new(lab, "bash", "-c", script);

    /// <summary>The next line that it says.</summary>
    public async Task<string?> HearAsync() =>
        await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Says a line.</summary>
    public Task SayAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    /// <summary>Says a line, and returns the answer.</summary>
    public async Task<string> AskAsync(string line)
    {
        await SayAsync(line);
        return await HearAsync() ?? throw new InvalidOperationException($"The child ended over '{line}'.");
    }

    /// <summary>Kills it with SIGKILL, and waits until it is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
