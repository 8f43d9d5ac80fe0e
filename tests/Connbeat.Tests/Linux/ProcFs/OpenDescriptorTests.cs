using System.Text;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class OpenDescriptorTests
{
    [Theory]
    [InlineData("pos:\t0\nflags:\t0100000\nmnt_id:\t27\n", false)]
    [InlineData("pos:\t139\nflags:\t0100001\nmnt_id:\t27\nino:\t11681881\n", true)]
    [InlineData("flags:\t02002", true)]
    [InlineData("flags:\t02004000\n", false)]
    public void The_access_mode_tells_whether_it_may_be_written(string content, bool expected)
    {
        Assert.True(OpenDescriptor.TryParse(Encoding.UTF8.GetBytes(content), out bool isWritable));
        Assert.Equal(expected, isWritable);
    }

    [Theory]
    [InlineData("")]
    [InlineData("pos:\t0\n")]
    [InlineData("flags:\t\n")]
    [InlineData("flags:\t8\n")]
    public void Without_flags_nothing_is_known(string content) =>
        Assert.False(OpenDescriptor.TryParse(Encoding.UTF8.GetBytes(content), out _));

    [Fact]
    public void Damaged_bytes_are_understood_or_not()
    {
        int understood = 0;
        int refused = Support.Damage.Inflict(
            "pos:\t139\nflags:\t0100001\nmnt_id:\t27\n"u8.ToArray(),
            bytes => understood += OpenDescriptor.TryParse(bytes, out _) ? 1 : 0);

        Assert.Equal(0, refused);
        Assert.InRange(understood, 1000, 49_000);
    }

    [Fact]
    public void A_file_of_this_process_leads_to_its_path()
    {
        string path = Path.GetTempFileName();
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            int descriptor = (int)file.SafeFileHandle.DangerousGetHandle();

            Assert.Equal(new OpenDescriptor(false, path), OpenDescriptor.Read(new ProcReader("/proc"), descriptor));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void One_that_is_not_open_is_not_known() =>
        Assert.Null(OpenDescriptor.Read(new ProcReader("/proc"), descriptor: int.MaxValue));
}
