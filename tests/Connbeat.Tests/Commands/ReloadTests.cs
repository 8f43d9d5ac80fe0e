using Connbeat.Commands;
using Connbeat.Config;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Commands;

public sealed class ReloadTests
{
    private readonly CollectingLogger<ConfigurationHappenings> _log = new();
    private readonly List<LoadedConfig> _applied = [];
    private Func<LoadedConfig> _load = () => Config("output.console.pretty=true");

    [Fact]
    public async Task A_new_configuration_is_put_into_force_and_is_what_the_next_is_compared_with()
    {
        Reload reload = New();
        await reload.ReloadAsync();
        await reload.ReloadAsync();

        Assert.Equal(2, _applied.Count);
        Assert.True(_applied[0].Options.Output.Console!.Pretty);
        Assert.Equal(
            ["Information Configuration reloaded; changed: output.console.pretty.",
                "Information Configuration reloaded; changed: nothing."],
            _log.Lines);
    }

    [Fact]
    public async Task What_takes_effect_later_is_said()
    {
        _load = () => Config("connbeat.poll_interval=1s");
        await New().ReloadAsync();

        Assert.Equal("Warning These settings take effect at the next start: connbeat.poll_interval.", _log.Lines[^1]);
    }

    [Theory]
    [InlineData("connbeat.source=procfs", "connbeat.source cannot change while connbeat runs; restart it.")]
    [InlineData("connbeat.poll_interval=soon", "-E connbeat.poll_interval: connbeat.poll_interval is 'soon'; expected a duration from 10ms to 1h")]
    public async Task One_that_cannot_be_used_changes_nothing(string setting, string reason)
    {
        _load = () => Config(setting);
        await New().ReloadAsync();

        Assert.Empty(_applied);
        Assert.Equal([$"Error The new configuration is refused, and the old one stays: {reason}"], _log.Lines);
    }

    private static LoadedConfig Config(params string[] overrides) =>
        ConfigLoader.Read([], ["output.console.enabled=true", .. overrides], _ => null);

    private Reload New() => new(
        Config(), () => _load(), loaded =>
        {
            _applied.Add(loaded);
            return Task.CompletedTask;
        },
        new ConfigurationHappenings(_log));
}
