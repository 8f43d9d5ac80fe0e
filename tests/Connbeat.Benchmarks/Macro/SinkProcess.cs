using System.Diagnostics;
using System.Globalization;

namespace Connbeat.Benchmarks.Macro;

/// <summary>A <see cref="Load.CountingSink"/> in a process of its own, so that its work is not taken for ours.</summary>
internal sealed class SinkProcess : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it.</summary>
    public SinkProcess()
    {
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [typeof(SinkProcess).Assembly.Location, "sink"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Port = int.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    /// <summary>Where it listens, on loopback.</summary>
    public int Port { get; }

    /// <summary>How many events have come.</summary>
    public long Events
    {
        get
        {
            _process.StandardInput.WriteLine();
            return long.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
