using Microsoft.Extensions.Logging;

namespace Connbeat.KernelTests.Agents;

/// <summary>What an agent logs, as "Level text", and how many snapshots it says it has taken.</summary>
internal sealed class AgentLog : ILoggerFactory, ILogger
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly SemaphoreSlim _snapshots = new(0);

    /// <summary>The lines of one level so far.</summary>
    public IReadOnlyList<string> Of(LogLevel level)
    {
        lock (_gate)
        {
            return _lines.FindAll(line => line.StartsWith(level.ToString(), StringComparison.Ordinal));
        }
    }

    /// <summary>Waits until the agent has told of one more snapshot than was waited for.</summary>
    public async Task SnapshotAsync() => Assert.True(
        await _snapshots.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken),
        "no snapshot is taken");

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        string text = formatter(state, exception);
        lock (_gate)
        {
            _lines.Add($"{logLevel} {text}");
        }

        if (text.StartsWith("Snapshot of ", StringComparison.Ordinal))
        {
            _snapshots.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _snapshots.Dispose();
}
