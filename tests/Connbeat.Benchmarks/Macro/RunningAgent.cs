using System.Diagnostics;

namespace Connbeat.Benchmarks.Macro;

/// <summary>The built agent with its defaults and a state file of its own, writing to /dev/null.</summary>
internal sealed class RunningAgent : IDisposable
{
    private const double Megabyte = 1024 * 1024;
    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-benchmark-").FullName;
    private readonly Process _process;

    /// <summary>Starts it.</summary>
    public RunningAgent(string program)
        : this(program, "exec \"$0\" \"$@\" >/dev/null 2>&1", listen: false)
    {
    }

    private RunningAgent(string program, string script, bool listen)
    {
        string state = Path.Combine(_folder, "state");
        _process = Process.Start(new ProcessStartInfo("sh", ["-c", script, program, "-E", $"connbeat.state={state}"])
        {
            RedirectStandardOutput = listen,
        })!;
    }

    /// <summary>User and system time so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory that it holds now.</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / Megabyte;
        }
    }

    /// <summary>The most that it ever held.</summary>
    public double HighestResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64 / Megabyte;
        }
    }

    /// <summary>From before the program is started until the first byte of its first event is there.</summary>
    public static TimeSpan TimeToFirstEvent(string program)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using RunningAgent agent = new(program, "exec \"$0\" \"$@\" 2>/dev/null", listen: true);
        return agent._process.StandardOutput.BaseStream.ReadByte() >= 0
            ? watch.Elapsed
            : throw new InvalidOperationException($"{program} ended without an event");
    }

    /// <summary>Waits; an agent that ends meanwhile has failed.</summary>
    public void Watch(TimeSpan time)
    {
        if (_process.WaitForExit(time))
        {
            throw new InvalidOperationException($"the agent ended with {_process.ExitCode}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
