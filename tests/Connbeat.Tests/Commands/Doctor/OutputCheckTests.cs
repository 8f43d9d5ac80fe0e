using Connbeat.Commands.Doctor;
using Connbeat.Delivery;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class OutputCheckTests
{
    private const string Waits = "its events wait in the queue; when that is full, the oldest are lost, counted, and told as a gap";

    private const string See = "see that it runs, and that output.http in connbeat.yml says where it is and who asks";

    private static readonly FileFacts Missing = new()
    {
        Path = "/var/log/connbeat/connbeat",
        Folder = "/var/log/connbeat",
        ExistingFolder = "/var/log",
        FreeBytes = 1L << 30,
        User = "nobody",
    };

    [Fact]
    public void Files_that_can_be_written_or_made_are_well()
    {
        FileOutputCheck.Judge(Missing).IsOk("/var/log/connbeat/connbeat can be made");
        FileOutputCheck.Judge(Missing with { ExistingFolder = Missing.Folder, FileExists = true })
            .IsOk("/var/log/connbeat/connbeat can be written");
    }

    [Fact]
    public void Files_that_can_not_are_mended_by_a_command()
    {
        FileOutputCheck.Judge(Missing with { FolderRefusal = "Permission denied" }).Is(
            Status.Broken, "/var/log/connbeat/connbeat cannot be made: /var/log: Permission denied",
            [Waits], ["sudo install -d -m 700 -o nobody /var/log/connbeat"]);
        FileOutputCheck.Judge(Missing with { ExistingFolder = Missing.Folder, FileExists = true, FileRefusal = "Permission denied" }).Is(
            Status.Broken, "/var/log/connbeat/connbeat cannot be written: Permission denied",
            [Waits], ["sudo chown -R nobody /var/log/connbeat"]);
        FileOutputCheck.Judge(Missing with { FolderRefusal = "Read-only file system", IsReadOnly = true }).Is(
            Status.Broken, "/var/log/connbeat/connbeat cannot be made: /var/log: Read-only file system",
            [Waits], ["mount something that can be written at /var/log/connbeat (Docker: -v connbeat-file:/var/log/connbeat)"]);
        FileOutputCheck.Judge(Missing with { IsFolder = true }).Is(
            Status.Broken, "/var/log/connbeat/connbeat is a folder", [Waits], ["set output.file.filename to another name"]);
    }

    [Fact]
    public void A_disk_that_is_nearly_full_is_told() =>
        FileOutputCheck.Judge(Missing with { FreeBytes = 63L << 20 }).Is(
            Status.Degraded, "/var/log/connbeat/connbeat: only 63 MiB are free on the disk",
            [Waits], ["make room on the disk of /var/log"]);

    [Fact]
    public void A_server_that_answers_is_well_and_one_that_does_not_is_broken()
    {
        Assert.Single(FarEndCheck.Judge("http", [new FarEnd(true, "http://a:80 answered 405")]))
            .IsOk("http://a:80 answered 405");
        Assert.Single(FarEndCheck.Judge("http", [new FarEnd(false, "http://a:80: Connection refused")])).Is(
            Status.Broken, "http://a:80: Connection refused", [Waits], [See]);
    }

    [Fact]
    public void One_of_several_is_enough()
    {
        IReadOnlyList<Finding> findings =
            FarEndCheck.Judge("http", [new FarEnd(false, "a is down"), new FarEnd(true, "b answered 200")]);

        findings[0].Is(Status.Degraded, "a is down", ["events go to the others; nobody takes the place of those"], [See]);
        findings[1].IsOk("b answered 200");
        Assert.All(findings, finding => Assert.Equal("output http", finding.Name));
    }

    [Fact]
    public void An_output_that_can_not_be_opened_is_told_with_what_mends_it() =>
        Assert.Single(FarEndCheck.Judge("kafka", () => throw new OutputUnavailableException("it needs a library", "sudo apt-get install it")))
            .Is(Status.Broken, "it needs a library", ["connbeat does not start"], ["sudo apt-get install it"]);
}
