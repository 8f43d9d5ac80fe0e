using System.Diagnostics;
using System.Text;
using Connbeat.Config;

namespace Connbeat.Tests.Config;

/// <summary>What can be wrong with a file before anything in it is.</summary>
public sealed class ConfigFileTests : IDisposable
{
    private readonly ConfigDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_that_is_missing_is_named()
    {
        _directory.Write("good.yml", "name: a");

        Assert.Equal(
            [
                "error loading config file: stat a.yml: no such file or directory",
                "error loading config file: stat no/b.yml: no such file or directory",
            ],
            _directory.FaultsOf(["a.yml", "good.yml", "no/b.yml"], []));
    }

    [Fact]
    public void A_directory_is_no_file()
    {
        Directory.CreateDirectory(_directory.PathOf("conf.d"));

        Assert.Equal(["error loading config file: read conf.d: is a directory"], _directory.FaultsOf(["conf.d"], []));
    }

    [Fact]
    public void A_file_without_end_is_not_read_to_its_end() =>
        Assert.Equal(
            "error loading config file: read /dev/zero: larger than 1MiB",
            Assert.Throws<ConfigException>(() => ConfigLoader.Read(["/dev/zero"], [], _ => null)).Message);

    [Fact]
    public void A_file_of_a_mebibyte_is_read_and_a_larger_one_is_not()
    {
        const string Start = "name: a\n";
        _directory.Write("connbeat.yml", Start + new string('#', (1 << 20) - Start.Length));
        Assert.Equal("a", _directory.LoadFiles(["connbeat.yml"], []).Options.Name);

        _directory.Write("connbeat.yml", Start + new string('#', (1 << 20) - Start.Length + 1));
        Assert.Equal(
            ["error loading config file: read connbeat.yml: larger than 1MiB"], _directory.FaultsOf(["connbeat.yml"], []));
    }

    [Fact]
    public void A_pipe_that_nobody_writes_to_is_not_waited_for_without_end()
    {
        string pipe = _directory.PathOf("pipe");
        using Process mkfifo = Process.Start("mkfifo", [pipe]);
        Assert.True(mkfifo.WaitForExit(TimeSpan.FromSeconds(10)));

        SmallFile file = SmallFile.Read(pipe, patience: TimeSpan.FromMilliseconds(20));

        Assert.Null(file.Text);
        Assert.Equal("nothing more came within 20ms; is it a pipe that nobody writes to?", file.Problem);
        File.AppendAllText(pipe, "name: a"); // lets the thread go that still opens it
    }

    [Theory]
    [InlineData(new byte[] { 0xC3, 0x28 }, 2)]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, 2)]
    public void Bytes_that_are_not_text_are_refused_with_their_line(byte[] bytes, int line)
    {
        _directory.Write("connbeat.yml", [.. "name: a\ntags: ["u8, .. bytes, (byte)']']);

        Assert.Equal(
            [$"error loading config file: read connbeat.yml: not UTF-8 text in line {line}"],
            _directory.FaultsOf(["connbeat.yml"], []));
    }

    [Fact]
    public void Text_of_two_bytes_a_character_is_refused()
    {
        _directory.Write("connbeat.yml", Encoding.Unicode.GetBytes("name: a"));

        Assert.Equal(["connbeat.yml:1: holds the character U+0000; expected text"], _directory.FaultsOf(["connbeat.yml"], []));
    }

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_do_no_harm()
    {
        Assert.Equal(["a"], _directory.Load("\uFEFFname: x\r\ntags:\r\n- a\r\n").Options.Tags);
        Assert.Equal(
            ["connbeat.yml:3: the space after the colon of state is missing"],
            _directory.Faults("\uFEFFname: x\r\nconnbeat:\r\n  state:/tmp\r\n  source: auto\r\n"));
    }

    [Fact]
    public void Without_a_named_file_the_first_that_exists_is_taken()
    {
        string[] places = [_directory.PathOf("here.yml"), _directory.PathOf("etc.yml")];
        Assert.Empty(ConfigFile.Find([], places));

        _directory.Write("etc.yml", "name: a");
        Assert.Equal([places[1]], ConfigFile.Find([], places));

        _directory.Write("here.yml", "name: a");
        Assert.Equal([places[0]], ConfigFile.Find([], places));
        Assert.Equal(["given.yml"], ConfigFile.Find(["given.yml"], places));
    }

    /// <summary>More than anybody would read; a wrong file was named.</summary>
    [Fact]
    public void A_hundred_faults_are_told_and_the_rest_are_counted()
    {
        string[] faults = _directory.Faults(string.Concat(Enumerable.Range(1, 30_000).Select(line => $"connbeat.stat{line}: a\n")));

        Assert.Equal(101, faults.Length);
        Assert.Equal("connbeat.yml:100: connbeat.stat100 is not a setting of connbeat", faults[99]);
        Assert.Equal("29900 more faults are not told", faults[100]);
    }

    [Fact]
    public void A_fault_is_a_line_that_can_be_read()
    {
        string fault = Assert.Single(_directory.Faults($"? '{new string('x', 100_000)}'\n: a"));

        Assert.InRange(fault.Length, 500, 1100);
    }
}
