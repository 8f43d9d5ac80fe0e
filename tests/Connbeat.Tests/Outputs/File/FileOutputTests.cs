using System.Text;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Outputs.File;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Shared;

namespace Connbeat.Tests.Outputs.File;

public sealed class FileOutputTests : IAsyncDisposable
{
    private static readonly EncodedEvent[] Batch = [Encoded.Event(1, """{"n":1,"who":"Zoë"}"""), Encoded.Event(2, """{"n":2}""")];

    private readonly string _root = Directory.CreateTempSubdirectory("connbeat-files-").FullName;
    private readonly List<FileOutput> _opened = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_root, "logs");

    public async ValueTask DisposeAsync()
    {
        foreach (FileOutput output in _opened)
        {
            await output.DisposeAsync();
        }

        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Events_are_appended_one_per_line()
    {
        FileOutput output = Open();
        Assert.Same(DeliveryResult.Delivered.All, await output.SendAsync(Batch, Token));
        Assert.Same(DeliveryResult.Delivered.All, await output.SendAsync([Encoded.Event(3, "{}")], Token));

        Assert.Equal("{\"n\":1,\"who\":\"Zoë\"}\n{\"n\":2}\n{}\n", Read("connbeat"));
    }

    [Fact]
    public async Task Folder_and_files_are_the_owners_only()
    {
        FileOutput output = Open(fileName: "events.ndjson");
        await output.SendAsync(Batch, Token);

        Assert.Equal("drwx------", Mode(Folder));
        Assert.Equal("-rw-------", Mode(Path.Combine(Folder, "events.ndjson")));
    }

    [Fact]
    public async Task Nothing_is_made_before_there_is_something_to_write()
    {
        await using FileOutput output = new(Options());

        Assert.False(Directory.Exists(Folder));
        Assert.Equal("file", output.Name);
    }

    [Fact]
    public async Task A_run_begins_with_a_file_of_its_own()
    {
        await Open().SendAsync(Batch[..1], Token);
        await Open().SendAsync(Batch[1..], Token);

        Assert.Equal(["{\"n\":2}\n", "{\"n\":1,\"who\":\"Zoë\"}\n"], [Read("connbeat"), Read("connbeat.1")]);
        Assert.Equal(2, Directory.GetFiles(Folder).Length);
    }

    [Fact]
    public async Task An_empty_file_is_not_kept()
    {
        Write("connbeat", "");
        await Open().SendAsync(Batch[1..], Token);

        Assert.Equal(["connbeat"], Names());
    }

    [Fact]
    public async Task A_file_that_is_full_becomes_an_older_one_and_no_line_is_split()
    {
        FileOutput output = Open(largest: 30);
        EncodedEvent[] batch = [.. Enumerable.Range(1, 8).Select(n => Encoded.Event(n, $$"""{"n":{{n}},"x":0}"""))];
        Assert.Same(DeliveryResult.Delivered.All, await output.SendAsync(batch[..5], Token));
        Assert.Same(DeliveryResult.Delivered.All, await output.SendAsync(batch[5..], Token));

        Assert.Equal("{\"n\":7,\"x\":0}\n{\"n\":8,\"x\":0}\n", Read("connbeat"));
        Assert.Equal("{\"n\":5,\"x\":0}\n{\"n\":6,\"x\":0}\n", Read("connbeat.1"));
        Assert.Equal("{\"n\":3,\"x\":0}\n{\"n\":4,\"x\":0}\n", Read("connbeat.2"));
        Assert.Equal("{\"n\":1,\"x\":0}\n{\"n\":2,\"x\":0}\n", Read("connbeat.3"));
    }

    [Fact]
    public async Task A_line_that_is_larger_than_a_file_gets_one_for_itself()
    {
        FileOutput output = Open(largest: 16);
        string large = $"\"{new string('x', 100)}\"";
        await output.SendAsync([Encoded.Event(1, large), Encoded.Event(2, "2"), Encoded.Event(3, large)], Token);

        Assert.Equal([$"{large}\n", "2\n", $"{large}\n"], [Read("connbeat"), Read("connbeat.1"), Read("connbeat.2")]);
    }

    [Fact]
    public async Task No_more_files_are_kept_than_wanted()
    {
        FileOutput output = Open(largest: 1, files: 3);
        for (int n = 1; n <= 9; n++)
        {
            await output.SendAsync([Encoded.Event(n, $"{n}")], Token);
        }

        Assert.Equal(["connbeat", "connbeat.1", "connbeat.2"], Names());
        Assert.Equal(["9\n", "8\n", "7\n"], Names().Select(Read));
    }

    [Fact]
    public async Task A_file_that_was_moved_is_left_to_whoever_moved_it()
    {
        FileOutput output = Open();
        await output.SendAsync(Batch[..1], Token);
        System.IO.File.Move(Path.Combine(Folder, "connbeat"), Path.Combine(Folder, "moved"));
        await output.SendAsync(Batch[1..], Token);

        Assert.Equal(["{\"n\":2}\n", "{\"n\":1,\"who\":\"Zoë\"}\n"], [Read("connbeat"), Read("moved")]);
    }

    [Fact]
    public async Task A_folder_that_was_removed_is_made_again()
    {
        FileOutput output = Open();
        await output.SendAsync(Batch[..1], Token);
        Directory.Delete(Folder, recursive: true);
        await output.SendAsync(Batch[1..], Token);

        Assert.Equal("{\"n\":2}\n", Read("connbeat"));
        Assert.Equal("drwx------", Mode(Folder));
    }

    [Fact]
    public async Task To_reopen_goes_on_with_the_file_that_is_there()
    {
        FileOutput output = Open();
        await output.SendAsync(Batch[..1], Token);
        output.Reopen();
        await output.SendAsync(Batch[1..], Token);

        Assert.Equal(["connbeat"], Names());
        Assert.Equal("{\"n\":1,\"who\":\"Zoë\"}\n{\"n\":2}\n", Read("connbeat"));
    }

    [Fact]
    public async Task To_reopen_before_the_first_batch_is_no_reason_not_to_begin_anew()
    {
        Write("connbeat", "old\n");
        FileOutput output = Open();
        output.Reopen();
        await output.SendAsync(Batch[1..], Token);

        Assert.Equal(["{\"n\":2}\n", "old\n"], [Read("connbeat"), Read("connbeat.1")]);
    }

    [Fact]
    public async Task A_file_that_was_cut_by_others_is_full_again_when_it_is()
    {
        FileOutput output = Open(largest: 20);
        await output.SendAsync([Encoded.Event(1, "\"first line\"")], Token);
        Write("connbeat", ""); // as logrotate does with copytruncate
        await output.SendAsync([Encoded.Event(2, "\"second line\"")], Token);

        Assert.Equal(["connbeat"], Names());
        Assert.Equal("\"second line\"\n", Read("connbeat"));
    }

    [Fact]
    public async Task A_line_that_a_crash_left_unended_is_ended_before_the_file_becomes_an_older_one()
    {
        Write("connbeat", "{\"n\":0}\n{\"n\"");
        await Open().SendAsync(Batch[1..], Token);

        Assert.Equal(["{\"n\":2}\n", "{\"n\":0}\n{\"n\"\n"], [Read("connbeat"), Read("connbeat.1")]);
    }

    [Fact]
    public async Task A_line_that_others_left_unended_does_not_spoil_the_next()
    {
        FileOutput output = Open();
        await output.SendAsync(Batch[1..], Token);
        Write("connbeat", "{\"n\"");
        output.Reopen();
        await output.SendAsync(Batch[1..], Token);

        Assert.Equal("{\"n\"\n{\"n\":2}\n", Read("connbeat"));
    }

    [Fact]
    public async Task A_folder_that_can_not_be_made_is_a_reason_to_try_later()
    {
        System.IO.File.WriteAllText(Folder, "a file");
        FileOutput output = Open();

        DeliveryResult.RetryLater later = Assert.IsType<DeliveryResult.RetryLater>(await output.SendAsync(Batch, Token));
        Assert.Contains(Folder, later.Reason, StringComparison.Ordinal);

        System.IO.File.Delete(Folder);
        Assert.Same(DeliveryResult.Delivered.All, await output.SendAsync(Batch, Token));
    }

    [Fact]
    public async Task A_rotation_that_fails_is_a_reason_to_try_later_and_what_was_written_before_counts()
    {
        FileOutput output = Open(largest: 1, files: 2);
        string inTheWay = Directory.CreateDirectory(Path.Combine(Folder, "connbeat.1")).FullName;

        DeliveryResult.Partial partial = Assert.IsType<DeliveryResult.Partial>(await output.SendAsync(Batch, Token));
        Assert.Equal([1], partial.Retry);
        Assert.Empty(partial.Rejected);

        DeliveryResult.RetryLater later =
            Assert.IsType<DeliveryResult.RetryLater>(await output.SendAsync(Batch[1..], Token));
        Assert.Contains("connbeat.1", later.Reason, StringComparison.Ordinal);

        Directory.Delete(inTheWay);
        Assert.Same(DeliveryResult.Delivered.All, await output.SendAsync(Batch[1..], Token));
        Assert.Equal(["{\"n\":2}\n", "{\"n\":1,\"who\":\"Zoë\"}\n"], [Read("connbeat"), Read("connbeat.1")]);
    }

    [Fact]
    public async Task What_stands_at_the_path_and_is_no_file_is_a_reason_to_try_later()
    {
        await using FileOutput output = new(new FileOutputOptions { Folder = "/dev", FileName = "null" });

        Assert.Equal(
            new DeliveryResult.RetryLater("/dev/null is not a regular file"), await output.SendAsync(Batch, Token));
    }

    [Fact]
    public void Without_rights_the_reason_names_the_file()
    {
        Directory.CreateDirectory(Folder);
        System.IO.File.SetUnixFileMode(_root, UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        System.IO.File.SetUnixFileMode(Folder, UnixFileMode.None);
        RotatedFile file = new(Options());

        Exception refused = UnprivilegedThread.Run(() => Record.Exception(file.Prepare))!;
        System.IO.File.SetUnixFileMode(_root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        System.IO.File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.Equal($"open({Folder}/connbeat): Permission denied (errno 13)", refused.Message);
    }

    private FileOutputOptions Options(string fileName = "connbeat", long largest = 10_000, int files = 7) =>
        new() { Folder = Folder, FileName = fileName, LargestFile = largest, NumberOfFiles = files };

    private FileOutput Open(string fileName = "connbeat", long largest = 10_000, int files = 7)
    {
        FileOutput output = new(Options(fileName, largest, files));
        _opened.Add(output);
        return output;
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Folder);
        System.IO.File.WriteAllText(Path.Combine(Folder, name), text);
    }

    private string Read(string name) => System.IO.File.ReadAllText(Path.Combine(Folder, name), Encoding.UTF8);

    private string[] Names() => [.. Directory.GetFileSystemEntries(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static string Mode(string path)
    {
        int bits = (int)System.IO.File.GetUnixFileMode(path);
        string letters = string.Concat("rwxrwxrwx".Select((letter, i) => (bits & (0x100 >> i)) != 0 ? letter : '-'));
        return (Directory.Exists(path) ? 'd' : '-') + letters;
    }
}
