using System.Diagnostics;

namespace Connbeat.Benchmarks.Macro;

/// <summary>A Kafka broker of librdkafka's mock cluster, in a process of its own; see testsuite/kafka.py.</summary>
internal sealed class BrokerProcess : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it, with a topic of four partitions.</summary>
    public BrokerProcess()
    {
        _process = Process.Start(new ProcessStartInfo("python3", ["testsuite/kafka.py", "1"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Host = _process.StandardOutput.ReadLine()!;
        _process.StandardInput.WriteLine("topic connbeat 4");
        _process.StandardOutput.ReadLine();
    }

    /// <summary>Where it listens.</summary>
    public string Host { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.WriteLine("end");
        _process.WaitForExit();
        _process.Dispose();
    }
}
