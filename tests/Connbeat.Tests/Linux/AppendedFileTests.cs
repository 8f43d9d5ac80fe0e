using System.Text;
using Connbeat.Linux;

namespace Connbeat.Tests.Linux;

public sealed class AppendedFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-appended-").FullName;

    private string FilePath => Path.Combine(_folder, "lines");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_made_for_its_owner_only()
    {
        using AppendedFile file = AppendedFile.Open(FilePath);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.Equal((0, null), (file.Size, file.LastByte()));
    }

    [Fact]
    public void Bytes_go_to_the_end_whoever_moves_it()
    {
        File.WriteAllText(FilePath, "there\n");
        using AppendedFile file = AppendedFile.Open(FilePath);
        Append(file, "ours\n");
        File.AppendAllText(FilePath, "theirs\n");
        Append(file, "again\n");
        Assert.Equal("there\nours\ntheirs\nagain\n", File.ReadAllText(FilePath));

        File.WriteAllText(FilePath, ""); // as `logrotate` does with copytruncate
        Append(file, "anew");
        Assert.Equal("anew", File.ReadAllText(FilePath));
        Assert.Equal((4, (byte)'w'), (file.Size, file.LastByte()));
    }

    [Fact]
    public void Its_end_can_be_cut_off()
    {
        using AppendedFile file = AppendedFile.Open(FilePath);
        Append(file, "line\nto");
        file.CutTo(5);
        Append(file, "next\n");

        Assert.Equal("line\nnext\n", File.ReadAllText(FilePath));
    }

    [Fact]
    public void A_file_that_was_moved_removed_or_replaced_is_not_at_its_path_any_more()
    {
        using AppendedFile file = AppendedFile.Open(FilePath);
        Assert.True(file.IsAtItsPath);

        File.Move(FilePath, FilePath + ".1");
        Assert.False(file.IsAtItsPath);

        File.WriteAllText(FilePath, "");
        Assert.False(file.IsAtItsPath);

        File.Move(FilePath + ".1", FilePath, overwrite: true);
        Assert.True(file.IsAtItsPath);

        File.Delete(FilePath);
        Assert.False(file.IsAtItsPath);
    }

    [Fact]
    public void What_can_not_be_opened_is_named_with_the_reason()
    {
        string missing = Path.Combine(_folder, "no", "lines");
        Assert.Equal(
            $"open({missing}): No such file or directory (errno 2)",
            Assert.Throws<KernelException>(() => AppendedFile.Open(missing)).Message);
        Assert.StartsWith(
            $"open({_folder}): ", Assert.Throws<KernelException>(() => AppendedFile.Open(_folder)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_no_file() =>
        Assert.Equal(
            "/dev/null is not a regular file", Assert.Throws<IOException>(() => AppendedFile.Open("/dev/null")).Message);

    private static void Append(AppendedFile file, string text)
    {
        Assert.Equal(text.Length, file.Append(Encoding.ASCII.GetBytes(text), out KernelException? failure));
        Assert.Null(failure);
    }
}
