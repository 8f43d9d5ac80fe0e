using System.Text;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class DirectoryEntriesTests
{
    /// <summary>Two records as Linux 6.18 writes them: "." of 24 bytes and "12345" of 32.</summary>
    private static readonly byte[] Records = Convert.FromHexString(
        "0102030405060708" + "0100000000000000" + "1800" + "04" + "2e00" + "000000" +
        "1112131415161718" + "0200000000000000" + "2000" + "0a" + "313233343500" + "00000000000000");

    [Fact]
    public void Names_come_with_their_NUL() => Assert.Equal([".\0", "12345\0"], Names(Records));

    [Fact]
    public void Numbers_and_folders_are_told()
    {
        List<(ulong, bool)> told = [];
        DirectoryEntries entries = new(Records);
        while (entries.MoveNext())
        {
            told.Add((entries.Inode, entries.IsFolder));
        }

        Assert.Equal([(0x0807_0605_0403_0201, true), (0x1817_1615_1413_1211, false)], told);
    }

    [Fact]
    public void Damaged_bytes_give_names_or_a_wire_format_exception()
    {
        int refused = 0;
        foreach (byte[] damaged in Damage.Of(Records))
        {
            try
            {
                Assert.All(Names(damaged), name => Assert.EndsWith("\0", name, StringComparison.Ordinal));
            }
            catch (WireFormatException)
            {
                refused++;
            }
        }

        Assert.True(refused > 50, $"{refused} refused");
    }

    private static List<string> Names(byte[] records)
    {
        List<string> names = [];
        foreach (ReadOnlySpan<byte> name in new DirectoryEntries(records))
        {
            names.Add(Encoding.UTF8.GetString(name));
        }

        return names;
    }
}
