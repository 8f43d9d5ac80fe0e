using System.Text;
using System.Text.Json;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.KernelTests.Lab;
using Connbeat.Outputs.File;
using Connbeat.Tests.Shared;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.KernelTests;

/// <summary>The output <c>file</c> on a disk that has no room, on a file system of its own.</summary>
public sealed class FullDiskTests : IAsyncDisposable
{
    private const int BatchSize = 7;

    private readonly SafeFileHandle _disk;
    private readonly string _root;
    private readonly FileOutput _output;
    private long _next = 1;

    public FullDiskTests()
    {
        Assert.SkipUnless(UnprivilegedThread.IsRoot, "only root can mount a file system");
        _disk = Syscalls.MountMemory("128k");
        _root = $"/proc/self/fd/{_disk.DangerousGetHandle()}";
        _output = new FileOutput(new FileOutputOptions { Folder = $"{_root}/logs", LargestFile = 40_000, NumberOfFiles = 3 });
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_disk is not null)
        {
            await _output.DisposeAsync();
            _disk.Dispose();
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(5_000)]
    public async Task What_fitted_is_delivered_and_the_rest_follows_when_there_is_room(int eventSize)
    {
        string ballast = $"{_root}/ballast";
        await File.WriteAllBytesAsync(ballast, new byte[100 * 1024], Token);

        IReadOnlyList<EncodedEvent> rest = [];
        while (rest.Count == 0)
        {
            rest = await SendAsync(Batch(eventSize));
            AssertFilesHold(_next - 1 - rest.Count);
        }

        for (int attempt = 0; attempt < 3; attempt++)
        {
            Assert.Equal(rest.Count, (await SendAsync(rest)).Count);
            AssertFilesHold(_next - 1 - rest.Count);
        }

        DeliveryResult.RetryLater later = Assert.IsType<DeliveryResult.RetryLater>(await _output.SendAsync(rest, Token));
        Assert.Equal($"write({_root}/logs/connbeat): No space left on device (errno 28)", later.Reason);

        File.Delete(ballast);
        Assert.Empty(await SendAsync(rest));
        Assert.Empty(await SendAsync(Batch(eventSize)));
        AssertFilesHold(_next - 1);
    }

    [Fact]
    public async Task Without_any_room_nothing_is_delivered_until_there_is_some()
    {
        string ballast = $"{_root}/ballast";
        await File.WriteAllBytesAsync(ballast, new byte[128 * 1024], Token);
        EncodedEvent[] batch = Batch(100);

        Assert.IsType<DeliveryResult.RetryLater>(await _output.SendAsync(batch, Token));
        AssertFilesHold(0);

        File.Delete(ballast);
        Assert.Same(DeliveryResult.Delivered.All, await _output.SendAsync(batch, Token));
        AssertFilesHold(BatchSize);
    }

    /// <summary>Sends them and returns those that were not taken.</summary>
    private async Task<IReadOnlyList<EncodedEvent>> SendAsync(IReadOnlyList<EncodedEvent> batch)
    {
        DeliveryResult result = await _output.SendAsync(batch, Token);
        return result switch
        {
            DeliveryResult.Delivered => [],
            DeliveryResult.Partial { Rejected.Count: 0 } partial => [.. partial.Retry.Select(position => batch[position])],
            _ => batch,
        };
    }

    private EncodedEvent[] Batch(int eventSize) =>
    [
        .. Enumerable.Range(0, BatchSize).Select(_ => new EncodedEvent(
            _next, (UInt128)_next, default, default,
            Encoding.UTF8.GetBytes($$"""{"sequence":{{_next++}},"text":"{{new string('x', eventSize)}}"}"""))),
    ];

    /// <summary>Each line is an event, and they are all that there were up to this one.</summary>
    private void AssertFilesHold(long last)
    {
        IEnumerable<string> files = Directory.GetFiles($"{_root}/logs").OrderDescending(StringComparer.Ordinal);
        string text = string.Concat(files.Select(File.ReadAllText));
        Assert.True(text.Length == 0 || text.EndsWith('\n'));
        long[] sequences = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("sequence").GetInt64())];
        Assert.Equal(Enumerable.Range(1, (int)last).Select(sequence => (long)sequence), sequences);
    }
}
