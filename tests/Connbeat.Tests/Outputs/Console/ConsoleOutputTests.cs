using System.IO.Pipes;
using System.Text;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Outputs.Console;
using Connbeat.Tests.Delivery;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Tests.Outputs.Console;

public sealed class ConsoleOutputTests
{
    private static readonly EncodedEvent[] Batch =
        [Encoded.Event(1, """{"n":1,"who":"Zoë <z>"}"""), Encoded.Event(2, """{"n":2}""")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_is_one_write_with_one_event_per_line()
    {
        FaultyStream stream = new();
        await using ConsoleOutput output = new(stream, new ConsoleOptions());

        Assert.Same(DeliveryResult.Delivered.All, await output.SendAsync(Batch, Token));
        Assert.Same(DeliveryResult.Delivered.All, await output.SendAsync([Encoded.Event(3, "{}")], Token));
        Assert.Equal("{\"n\":1,\"who\":\"Zoë <z>\"}\n{\"n\":2}\n{}\n", stream.Text);
        Assert.Equal(2, stream.Writes);
    }

    [Fact]
    public async Task Pretty_events_are_indented_by_two_spaces_and_keep_their_characters()
    {
        FaultyStream stream = new();
        await using ConsoleOutput output = new(stream, new ConsoleOptions { Pretty = true });
        await output.SendAsync(Batch, Token);

        Assert.Equal("{\n  \"n\": 1,\n  \"who\": \"Zoë <z>\"\n}\n{\n  \"n\": 2\n}\n", stream.Text);
    }

    [Fact]
    public async Task After_a_torn_line_the_batch_begins_on_a_line_of_its_own()
    {
        FaultyStream stream = new() { FailAfter = 4 };
        await using ConsoleOutput output = new(stream, new ConsoleOptions());

        Assert.Equal(new DeliveryResult.RetryLater("the disk is full"), await output.SendAsync(Batch, Token));
        await output.SendAsync(Batch, Token);
        await output.SendAsync([Encoded.Event(3, "{}")], Token);

        Assert.Equal(["{\"n\"", "{\"n\":1,\"who\":\"Zoë <z>\"}", "{\"n\":2}", "{}", ""], stream.Text.Split('\n'));
    }

    [Fact]
    public async Task A_write_that_outlasts_its_attempt_is_not_begun_again()
    {
        using CancellationTokenSource attempt = new();
        using ManualResetEventSlim reader = new();
        FaultyStream stream = new() { WaitFor = reader };
        await using ConsoleOutput output = new(stream, new ConsoleOptions());

        Task<DeliveryResult> first = output.SendAsync(Batch, attempt.Token).AsTask();
        await attempt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Task<DeliveryResult> second = output.SendAsync(Batch, Token).AsTask();
        reader.Set();

        Assert.Same(DeliveryResult.Delivered.All, await second);
        Assert.Equal(1, stream.Writes);
        await output.SendAsync([Encoded.Event(3, "{}")], Token);
        Assert.EndsWith("{\"n\":2}\n{}\n", stream.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_that_fails_after_its_attempt_is_begun_again()
    {
        using CancellationTokenSource attempt = new();
        using ManualResetEventSlim reader = new();
        FaultyStream stream = new() { WaitFor = reader, FailAfter = 0 };
        await using ConsoleOutput output = new(stream, new ConsoleOptions());

        Task<DeliveryResult> first = output.SendAsync(Batch, attempt.Token).AsTask();
        await attempt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        reader.Set();

        Assert.Equal(new DeliveryResult.RetryLater("the disk is full"), await output.SendAsync(Batch, Token));
        Assert.Same(DeliveryResult.Delivered.All, await output.SendAsync(Batch, Token));
        Assert.StartsWith("\n{\"n\":1", stream.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_that_nobody_reads_any_more_is_closed()
    {
        await using AnonymousPipeServerStream writer = new(PipeDirection.Out, HandleInheritability.Inheritable);
        await using FileStream pipe = new(
            new SafeFileHandle(writer.SafePipeHandle.DangerousGetHandle(), ownsHandle: false), FileAccess.Write, 0);
        await using ConsoleOutput output = new(pipe, new ConsoleOptions());
        Assert.Same(DeliveryResult.Delivered.All, await output.SendAsync(Batch, Token));
        writer.DisposeLocalCopyOfClientHandle(); // the only reader

        OutputClosedException closed =
            await Assert.ThrowsAsync<OutputClosedException>(async () => await output.SendAsync(Batch, Token));
        Assert.Equal("the reader of output console has gone", closed.Message);
    }

    [Fact]
    public async Task A_descriptor_that_takes_no_bytes_is_closed()
    {
        using SafeFileHandle readable = System.IO.File.OpenHandle("/dev/null");
        await using FileStream stream = new(readable, FileAccess.Write, 0);
        await using ConsoleOutput output = new(stream, new ConsoleOptions());

        await Assert.ThrowsAsync<OutputClosedException>(async () => await output.SendAsync(Batch, Token));
    }

    [Fact]
    public async Task A_full_disk_is_a_reason_to_try_later_in_the_words_of_the_system()
    {
        await using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        await using ConsoleOutput output = new(full, new ConsoleOptions());

        DeliveryResult.RetryLater later =
            Assert.IsType<DeliveryResult.RetryLater>(await output.SendAsync(Batch, Token));
        Assert.Contains("No space left on device", later.Reason, StringComparison.Ordinal);
    }

    /// <summary>A stream that can fail once, after some bytes, and can be slow.</summary>
    private sealed class FaultyStream : MemoryStream
    {
        public int? FailAfter { get; set; }

        public ManualResetEventSlim? WaitFor { get; init; }

        public int Writes { get; private set; }

        public string Text => Encoding.UTF8.GetString(ToArray());

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Writes++;
            WaitFor?.Wait(Token);
            if (FailAfter is not { } bytes)
            {
                base.Write(buffer);
                return;
            }

            FailAfter = null;
            base.Write(buffer[..bytes]);
            throw new IOException("the disk is full");
        }
    }
}
