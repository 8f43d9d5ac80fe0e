using System.Text;
using Connbeat.Linux;
using Connbeat.Tests.Shared;

namespace Connbeat.Tests.Linux;

public sealed class LibCTests : IDisposable
{
    private const int NoEntry = 2, NoAccess = 13; // ENOENT, EACCES

    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-libc-").FullName;

    [Fact]
    public void The_owner_of_a_file_is_its_maker()
    {
        uint nobody = UnprivilegedThread.Run(() => OwnerOf(FileIn(Path.GetTempPath())));

        Assert.True(!UnprivilegedThread.IsRoot || nobody == UnprivilegedThread.Nobody);
        Assert.Equal(LibC.EffectiveUser(), OwnerOf(FileIn(_folder)));
        Assert.Equal(NoEntry, LibC.TryStatus(Bytes($"{_folder}/missing"), out _));
    }

    [Fact]
    public void What_is_ones_own_can_be_written()
    {
        Assert.Equal(0, LibC.TryWriteAccess(Bytes(_folder), folder: true));
        Assert.Equal(0, LibC.TryWriteAccess(Bytes(FileIn(_folder)), folder: false));
        Assert.Equal(NoEntry, LibC.TryWriteAccess(Bytes($"{_folder}/missing"), folder: false));
    }

    [Fact]
    public void What_is_another_users_cannot()
    {
        Assert.SkipUnless(UnprivilegedThread.IsRoot, "needs root to be somebody else than the owner");
        string file = FileIn(_folder);
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);

        Assert.Equal(NoAccess, UnprivilegedThread.Run(() => LibC.TryWriteAccess(Bytes(_folder), folder: true)));
        Assert.Equal(NoAccess, UnprivilegedThread.Run(() => LibC.TryWriteAccess(Bytes(file), folder: false)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static uint OwnerOf(string file)
    {
        Assert.Equal(0, LibC.TryStatus(Bytes(file), out FileStatus status));
        File.Delete(file);
        return status.Owner;
    }

    private static string FileIn(string folder)
    {
        string path = Path.Combine(folder, Path.GetRandomFileName());
        File.WriteAllBytes(path, []);
        return path;
    }

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path + '\0');
}
