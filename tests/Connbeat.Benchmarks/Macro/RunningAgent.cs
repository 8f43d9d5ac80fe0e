using System.Diagnostics;
using System.Globalization;

namespace Connbeat.Benchmarks.Macro;

/// <summary>
/// The built agent with its defaults, a state file of its own, and a log for debugging, writing its events to /dev/null.
/// </summary>
internal sealed class RunningAgent : IDisposable
{
    private const double Megabyte = 1024 * 1024;
    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-benchmark-").FullName;
    private readonly Process _process;

    /// <summary>Starts it; it ends with this process, however that ends.</summary>
    /// <param name="program">The built ./connbeat.</param>
    /// <param name="events">The file to write its events to.</param>
    /// <param name="settings">What it does not have by default, as <c>-E</c> takes it.</param>
    public RunningAgent(string program, string events = "/dev/null", params string[] settings)
        : this(program, $"exec setpriv --pdeathsig KILL \"$0\" \"$@\" >{events}", listen: false, settings)
    {
        _process.ErrorDataReceived += (_, line) => Log.Read(line.Data ?? "");
        _process.BeginErrorReadLine();
    }

    private RunningAgent(string program, string script, bool listen, params string[] more)
    {
        string state = Path.Combine(_folder, "state");
        string[] settings = ["-E", $"connbeat.state={state}", "-E", "logging.level=debug", .. more.SelectMany(each => new[] { "-E", each })];
        _process = Process.Start(new ProcessStartInfo("sh", ["-c", script, program, .. settings])
        {
            RedirectStandardOutput = listen,
            RedirectStandardError = !listen,
        })!;
    }

    /// <summary>What it says of its snapshots.</summary>
    public AgentLog Log { get; } = new();

    /// <summary>User and system time so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>That of the threads with this name: the first field of /proc/[pid]/task/[tid]/schedstat, in nanoseconds.</summary>
    public TimeSpan CpuTimeOf(string thread)
    {
        double nanoseconds = 0;
        foreach (string task in Directory.EnumerateDirectories($"/proc/{_process.Id}/task"))
        {
            if (File.ReadAllText(task + "/comm").TrimEnd() == thread)
            {
                nanoseconds += double.Parse(
                    File.ReadAllText(task + "/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
            }
        }

        return TimeSpan.FromMicroseconds(nanoseconds / 1000);
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
