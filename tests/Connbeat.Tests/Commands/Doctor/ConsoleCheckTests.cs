using Connbeat.Commands.Doctor;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class ConsoleCheckTests
{
    [Theory]
    [InlineData("pipe:[4711]", "standard output is a pipe")]
    [InlineData("socket:[4711]", "standard output is a socket")]
    [InlineData("/dev/pts/3", "standard output is a terminal")]
    [InlineData("/var/log/events.ndjson", "standard output is /var/log/events.ndjson")]
    public void A_standard_output_that_can_be_written_is_as_it_should_be(string target, string says) =>
        ConsoleCheck.Judge(new(IsEnabled: true, new(IsWritable: true, target))).IsOk(says);

    [Fact]
    public void One_that_cannot_is_read_by_nobody() =>
        ConsoleCheck.Judge(new(IsEnabled: true, new(IsWritable: false, "/dev/null"))).Is(
            Status.Broken, "standard output is not open for writing",
            ["no event reaches anybody; connbeat stops at the first"],
            ["start it with a standard output: connbeat >events.ndjson"]);

    [Fact]
    public void A_closed_one_is_no_better() =>
        Assert.Equal(
            (Status.Broken, "standard output is closed"),
            ConsoleCheck.Judge(new(IsEnabled: true, null)) is var finding ? (finding.Status, finding.Says) : default);

    [Fact]
    public void What_is_not_enabled_need_not_work() =>
        ConsoleCheck.Judge(new(IsEnabled: false, null)).IsOk("not enabled, as configured");
}
