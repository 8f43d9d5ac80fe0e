using System.Threading.Channels;
using Connbeat.Delivery;

namespace Connbeat.Tests.Delivery;

/// <summary>An output that answers as it was told to, in turn, and afterwards takes everything.</summary>
internal sealed class ScriptedOutput(params Func<CancellationToken, Task<DeliveryResult>>[] script) : IOutput
{
    private readonly Queue<Func<CancellationToken, Task<DeliveryResult>>> _script = new(script);
    private readonly Channel<long[]> _sent = Channel.CreateUnbounded<long[]>();

    public string Name => "scripted";

    public bool GoesOnLate { get; init; }

    /// <summary>The very lists that it was given.</summary>
    public List<IReadOnlyList<EncodedEvent>> Lists { get; } = [];

    /// <summary>The sequences of each attempt.</summary>
    public ChannelReader<long[]> Sent => _sent.Reader;

    public static Func<CancellationToken, Task<DeliveryResult>> Answers(DeliveryResult result) =>
        _ => Task.FromResult(result);

    public static Func<CancellationToken, Task<DeliveryResult>> Fails(string reason, TimeSpan? after = null) =>
        Answers(new DeliveryResult.RetryLater(reason, after));

    public static Func<CancellationToken, Task<DeliveryResult>> Throws(Exception fault) =>
        _ => Task.FromException<DeliveryResult>(fault);

    public static async Task<DeliveryResult> Hangs(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return DeliveryResult.Delivered.All;
    }

    public async ValueTask<DeliveryResult> SendAsync(
        IReadOnlyList<EncodedEvent> batch, CancellationToken cancellationToken)
    {
        Lists.Add(batch);
        _sent.Writer.TryWrite(batch.Sequences());
        return _script.TryDequeue(out Func<CancellationToken, Task<DeliveryResult>>? answer)
            ? await answer(cancellationToken)
            : DeliveryResult.Delivered.All;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
