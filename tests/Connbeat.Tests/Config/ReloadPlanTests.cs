using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class ReloadPlanTests
{
    private static readonly EffectiveSetting[] Before =
    [
        new("connbeat.source", "auto"), new("connbeat.poll_interval", "2s"), new("queue.memory.events", "10"),
        new("output.console.pretty", "false"),
        new("output.console.schema", "connbeat"), new("logging.level", "info"),
    ];

    [Theory]
    [InlineData("connbeat.source", "procfs", "refused")]
    [InlineData("queue.memory.events", "20", "refused")]
    [InlineData("output.console.schema", "ecs", "refused")]
    [InlineData("output.file.schema", "ecs", "now")]
    [InlineData("connbeat.poll_interval", "1s", "later")]
    [InlineData("output.console.pretty", "true", "now")]
    [InlineData("output.file.path", "/tmp", "now")]
    [InlineData("logging.level", "debug", "now")]
    [InlineData("exporters.cnxwatch.sockets", "[]", "now")]
    public void A_changed_setting_is_judged_by_its_section(string path, string value, string judged)
    {
        ReloadPlan plan = ReloadPlan.Of(
            Before, [.. Before.Where(setting => setting.Path != path), new EffectiveSetting(path, value)]);

        string[] expected = [path];
        Assert.Equal(judged == "refused" ? expected : [], plan.Refused);
        Assert.Equal(judged == "later" ? expected : [], plan.Later);
        Assert.Equal(judged == "now" ? expected : [], plan.Now);
    }

    [Fact]
    public void What_went_away_has_changed_and_what_is_the_same_has_not()
    {
        ReloadPlan plan = ReloadPlan.Of(Before, Before[..^1]);

        Assert.Equal(["logging.level"], plan.Now);
        Assert.Empty(ReloadPlan.Of(Before, Before).Now);
    }
}
