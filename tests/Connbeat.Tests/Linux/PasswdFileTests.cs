using System.Text;
using Connbeat.Linux;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux;

public sealed class PasswdFileTests : IDisposable
{
    private const string Content = """
        root:x:0:0:root:/root:/bin/bash
        www-data:x:33:34:www-data:/var/www:/usr/sbin/nologin
        toor:x:0:0::/root:/bin/sh
        jürgen:x:1000:1001:Jürgen,,,:/home/jürgen:/bin/bash

        """;

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Of_two_users_with_one_id_the_first_counts()
    {
        Dictionary<uint, string> names = PasswdFile.Parse(Encoding.UTF8.GetBytes(Content));

        Assert.Equal(new() { [0] = "root", [33] = "www-data", [1_000] = "jürgen" }, names);
    }

    [Theory]
    [InlineData("+nis:x:7:7:::\n")]
    [InlineData("-nobody:x:7:7:::\n")]
    [InlineData("#off:x:7:7:::\n")]
    [InlineData(":x:7:7:::\n")]
    [InlineData("half:x:7\n")]
    [InlineData("nogroup:x:7::::\n")]
    [InlineData("text:x:7a:7:::\n")]
    [InlineData("large:x:4294967296:7:::\n")]
    [InlineData("cut:x:7:7:::")]
    public void What_is_no_line_of_a_user_is_skipped(string line) =>
        Assert.Equal(["good"], PasswdFile.Parse(Encoding.UTF8.GetBytes(line + "\ngood:x:8:8:::\n")).Values.Where(name => name is not "cut"));

    [Fact]
    public void Any_bytes_give_users_or_none()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Content);
        Assert.Equal(0, Damage.Inflict(whole, static bytes => PasswdFile.Parse(bytes)));
    }

    [Fact]
    public void A_file_that_was_changed_or_replaced_is_read_again()
    {
        File.WriteAllText(_path, "a:x:7:7:::\n");
        PasswdFile file = new(_path);
        Assert.Equal(("a", null), (file.NameOf(7), file.NameOf(8)));

        File.AppendAllText(_path, "b:x:8:8:::"); // without a line feed, as editors may leave it
        Assert.Equal(("a", "b"), (file.NameOf(7), file.NameOf(8)));

        File.WriteAllText(_path + "-", "c:x:7:7:::\nd:x:8:8:::");
        File.Move(_path + "-", _path, overwrite: true);
        Assert.Equal(("c", "d"), (file.NameOf(7), file.NameOf(8)));
    }

    [Fact]
    public void Without_a_file_there_is_nobody()
    {
        File.WriteAllText(_path, "a:x:7:7:::\n");
        PasswdFile file = new(_path);
        Assert.Equal("a", file.NameOf(7));
        File.Delete(_path);

        Assert.Null(file.NameOf(7));
        Assert.Null(new PasswdFile("/tmp").NameOf(0));
    }

    [Fact]
    public void Of_a_long_file_the_beginning_is_read()
    {
        File.WriteAllText(_path, "a:x:7:7:::\n" + new string('#', PasswdFile.Longest) + "\nb:x:8:8:::\n");
        PasswdFile file = new(_path);

        Assert.Equal(("a", null), (file.NameOf(7), file.NameOf(8)));
    }
}
