using System.Buffers;
using Connbeat.Exporters.Exposition;
using Connbeat.Telemetry;

namespace Connbeat.Exporters;

/// <summary>
/// Asks one collector, for one page at a time, and no longer than a page may take: what fails, or is too slow, costs its own
/// families and nothing else.
/// </summary>
/// <param name="name">What it is called.</param>
/// <param name="open">Opens it; where that fails, it is tried again for the next page.</param>
/// <param name="happened">Takes what is worth telling.</param>
/// <param name="time">The clock.</param>
internal sealed class GuardedCollector(
    string name, Func<IMetricsCollector> open, ExporterHappenings happened, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private IMetricsCollector? _collector; // of whoever has the turn
    private int _fails;

    /// <summary>What it is called.</summary>
    public string Name => name;

    /// <summary>Opens it before anybody asks, so that the first page has what it tells.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _collector ??= open();
        }
        catch (Exception failure)
        {
            Failed(failure.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes its families.</summary>
    /// <param name="like">The page that they are for: they are in its format, and not yet on it.</param>
    /// <param name="write">Has them written.</param>
    /// <param name="patience">How long that may take.</param>
    /// <returns>The families; null where there are none now, which the log tells.</returns>
    public async Task<ReadOnlyMemory<byte>?> WriteAsync(
        MetricsPage like, Action<IMetricsCollector, MetricsPage> write, TimeSpan patience)
    {
        using CancellationTokenSource deadline = new(patience, time);
        try
        {
            await _turn.WaitAsync(deadline.Token);
            ReadOnlyMemory<byte> families = await Task.Run(() => WriteNow(like, write), CancellationToken.None).WaitAsync(deadline.Token);
            if (Interlocked.Exchange(ref _fails, 0) == 1)
            {
                happened.CollectorWorks(name);
            }

            return families;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Failed($"it takes longer than {patience.TotalSeconds:0.#} s");
        }
        catch (Exception failure)
        {
            Failed(failure.Message);
        }

        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (await _turn.WaitAsync(Farewell))
        {
            (_collector as IDisposable)?.Dispose();
            _turn.Dispose();
        }
    }

    private ReadOnlyMemory<byte> WriteNow(MetricsPage like, Action<IMetricsCollector, MetricsPage> write)
    {
        try
        {
            ArrayBufferWriter<byte> families = new(4096);
            write(_collector ??= open(), like.Apart(families));
            return families.WrittenMemory;
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Failed(string reason)
    {
        if (Interlocked.Exchange(ref _fails, 1) == 0)
        {
            happened.CollectorFailed(name, reason.TrimEnd('.'));
        }
    }
}
