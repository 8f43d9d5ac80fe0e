using Connbeat.Linux;

namespace Connbeat.KernelTests.Agents;

/// <summary>
/// The machine's clock, except that the thread which reads the kernel's messages gets no time from it, and so stands
/// still before it reads, until it is let go.
/// </summary>
internal sealed class StalledClock : TimeProvider, IDisposable
{
    private readonly ManualResetEventSlim _go = new();
    private readonly ManualResetEventSlim _stands = new();

    /// <inheritdoc/>
    public override long TimestampFrequency => BootTime.Clock.TimestampFrequency;

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        if (Thread.CurrentThread.Name == "changes")
        {
            _stands.Set();
            _go.Wait();
        }

        return BootTime.Clock.GetTimestamp();
    }

    /// <summary>Lets the thread go, which must have been held up.</summary>
    public void LetGo()
    {
        Assert.True(_stands.Wait(TimeSpan.FromSeconds(30)), "nobody was held up");
        _go.Set();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _go.Set();
        _go.Dispose();
        _stands.Dispose();
    }
}
