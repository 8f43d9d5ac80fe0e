using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class ProcReaderTests
{
    [Theory]
    [InlineData(2, Look.Gone)]
    [InlineData(3, Look.Gone)]
    [InlineData(6, Look.Gone)]
    [InlineData(1, Look.Denied)]
    [InlineData(13, Look.Denied)]
    public void Gone_and_denied_are_told_apart(int errno, object look) =>
        Assert.Equal(look, ProcReader.Judge(errno, "open", "/proc/1/fd\0"u8));

    [Fact]
    public void A_fault_of_our_own_is_an_exception_that_names_the_file()
    {
        const int TooManyOpenFiles = 24; // EMFILE

        KernelException exception =
            Assert.Throws<KernelException>(() => ProcReader.Judge(TooManyOpenFiles, "open", "/proc/1/fd\0"u8));

        Assert.Equal("open(/proc/1/fd)", exception.Operation);
    }

    [Theory]
    [InlineData(9_999, 9_999)]
    [InlineData(10_000, 10_000)]
    [InlineData(4_096, 4_096)]
    [InlineData(1, 1)]
    [InlineData(50_000, 10_000)]
    public void A_file_is_read_up_to_a_limit(int limit, int expected)
    {
        using ProcTree tree = new();
        tree.Process(766, "sshd").Write(766, "cmdline", new string('x', 10_000));

        Look look = new ProcReader(tree.Root).TryRead(766, "cmdline"u8, limit, out ReadOnlySpan<byte> content);

        Assert.Equal(Look.Seen, look);
        Assert.Equal(expected, content.Length);
    }
}
