using System.Text;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class FileLockTests
{
    [Fact]
    public void A_line_tells_who_has_locked_what()
    {
        Assert.True(FileLock.TryParse("41: FLOCK  ADVISORY  WRITE 7850 fe:00:11666445 0 EOF"u8, out FileLock held));
        Assert.Equal(new FileLock(7850, 11_666_445), held);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1: FLOCK  ADVISORY  READ 7850 fe:00:11666445 0 EOF")]
    [InlineData("1: POSIX  ADVISORY  WRITE 7850 fe:00:11666445 0 EOF")]
    [InlineData("1: -> FLOCK  ADVISORY  WRITE 7850 fe:00:11666445 0 EOF")]
    [InlineData("1: OFDLCK ADVISORY  WRITE -1 00:06:10 0 0")]
    [InlineData("1: FLOCK  ADVISORY  WRITE -1 fe:00:11666445 0 EOF")]
    [InlineData("1: FLOCK  ADVISORY  WRITE 7850 11666445 0 EOF")]
    [InlineData("1: FLOCK  ADVISORY  WRITE 7850 fe:00:1166644x 0 EOF")]
    [InlineData("1: FLOCK  ADVISORY  WRITE 7850")]
    public void Other_locks_and_other_lines_do_not_count(string line) =>
        Assert.False(FileLock.TryParse(Encoding.UTF8.GetBytes(line), out _));

    [Fact]
    public void Damaged_bytes_are_a_lock_or_none()
    {
        int locks = 0;
        int refused = Support.Damage.Inflict(
            "41: FLOCK  ADVISORY  WRITE 7850 fe:00:11666445 0 EOF"u8.ToArray(),
            bytes => locks += FileLock.TryParse(bytes, out _) ? 1 : 0);

        Assert.Equal(0, refused);
        Assert.InRange(locks, 1000, 49_000);
    }

    [Fact]
    public void A_file_that_this_process_has_locked_is_among_them()
    {
        string path = Path.GetTempFileName();
        try
        {
            using FileStream locked = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            LibC.TryStatus(Encoding.UTF8.GetBytes(path + '\0'), out FileStatus status);

            Assert.Contains(
                new FileLock(Environment.ProcessId, status.Inode), FileLock.Read(new ProcReader("/proc")));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Without_the_file_there_is_none()
    {
        using ProcTree tree = new();

        Assert.Empty(FileLock.Read(new ProcReader(tree.Root)));
    }
}
