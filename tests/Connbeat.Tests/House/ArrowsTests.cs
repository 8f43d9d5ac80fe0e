namespace Connbeat.Tests.House;

public sealed class ArrowsTests
{
    [Theory]
    [InlineData("Capture", "using Connbeat.Outputs.Console;", "Capture uses Connbeat.Outputs.Console; it may use ")]
    [InlineData("Capture", "using C = Connbeat.Outputs.Console.ConsoleOutput;", "uses Connbeat.Outputs.Console")]
    [InlineData("Events", "using Connbeat.Linux.Netlink;", "Events uses Connbeat.Linux.Netlink; it may use Linux")]
    [InlineData("Tracking", "    Linux.Netlink.NetlinkSocket socket;", "Tracking uses Connbeat.Linux.Netlink")]
    [InlineData("Tracking", "    List<Connbeat.Outputs.Console.ConsoleOutput> all;", "uses Connbeat.Outputs.Console")]
    [InlineData("Config", "using Connbeat.Events;", "Config uses Connbeat.Events; it may use nothing of ours")]
    [InlineData("Delivery", "using Connbeat.Linux.Netlink;", "Delivery uses Connbeat.Linux.Netlink")]
    [InlineData("Outputs.File", "using Connbeat.Outputs.Console;", "outputs never use each other")]
    [InlineData("Outputs.File", "    Console.ConsoleOutput other;", "outputs never use each other")]
    [InlineData("Telemetry", "    void Stop(Agent agent);", "nobody uses Agent, Commands or Program")]
    [InlineData("Telemetry", "    private readonly Agent? _agent = new();", "nobody uses Agent, Commands or Program")]
    [InlineData("Telemetry", "    object agent = new Agent();", "nobody uses Agent, Commands or Program")]
    [InlineData("Telemetry", "    bool known = it is Agent;", "nobody uses Agent, Commands or Program")]
    [InlineData("Elsewhere", "using Connbeat.Events;", "Elsewhere has no row in the table of arrows")]
    public void A_wrong_arrow_is_found_with_file_and_line(string folder, string line, string expected)
    {
        string violation = Assert.Single(BrokenBy(folder, line));

        Assert.StartsWith(
            $"src/Connbeat/{folder.Replace('.', '/')}/Offender.cs:3: ", violation, StringComparison.Ordinal);
        Assert.Contains(expected, violation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Events", "using Connbeat.Linux;")]
    [InlineData("Capture", "using Connbeat.Linux.Netlink;")]
    [InlineData("Commands", "using Connbeat.Outputs.Console;")]
    [InlineData("Outputs.File", "using static Connbeat.Delivery.DeliveryResult;")]
    [InlineData("Capture", "// Connbeat.Outputs.Console.ConsoleOutput reads this.")]
    [InlineData("Capture", "    string text = \"Connbeat.Outputs.Console.ConsoleOutput\";")]
    [InlineData("Capture", "    int size = queue.Outputs.Console;")]
    [InlineData("Events", "    public string Agent { get; init; } = One;")]
    [InlineData("Events", "    public static readonly Text<byte> Agent = Text.Of(1);")]
    [InlineData("Events", "    Agent,")]
    public void A_right_arrow_is_left_in_peace(string folder, string line) =>
        Assert.Empty(BrokenBy(folder, line));

    /// <summary>What is said of a small agent with <paramref name="line"/> as line 3 of one of its files.</summary>
    private static string[] BrokenBy(string folder, string line)
    {
        SourceFile offender = new(
            $"src/Connbeat/{folder.Replace('.', '/')}/Offender.cs",
            $"using System;\n\n{line}\n\nnamespace Connbeat.{folder};\n\ninternal sealed class Offender;\n");
        return
        [
            .. Arrows.Violations(new(
            [
                Declaring("Connbeat", "Agent"),
                Declaring("Connbeat.Delivery", "DeliveryResult"),
                Declaring("Connbeat.Events", "EventId"),
                Declaring("Connbeat.Outputs.Console", "ConsoleOutput"),
                Declaring("Connbeat.Linux", "InetAddress"),
                Declaring("Connbeat.Linux.Netlink", "NetlinkSocket"),
                offender,
            ])),
        ];
    }

    private static SourceFile Declaring(string name, string type) =>
        new($"{type}.cs", $"namespace {name};\n\ninternal sealed class {type};\n");
}
