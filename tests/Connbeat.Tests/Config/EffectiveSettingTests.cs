using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class EffectiveSettingTests
{
    [Theory]
    [InlineData("output.http.password", "hunter2", "\"****\"")]
    [InlineData("output.http.bearer_token", "abc", "\"****\"")]
    [InlineData("output.http.password", "\"\"", "\"\"")]
    [InlineData("output.http.hosts", "[\"http://joe:hunter2@192.0.2.1:80/x\"]", "[\"http://joe:****@192.0.2.1:80/x\"]")]
    [InlineData("output.http.hosts", "[\"http://192.0.2.1/x?y=a@b\"]", "[\"http://192.0.2.1/x?y=a@b\"]")]
    [InlineData("connbeat.state", "/var/lib/secret/state", "/var/lib/secret/state")]
    public void Secrets_are_not_shown(string path, string value, string shown) =>
        Assert.Equal(shown, new EffectiveSetting(path, value).Shown);

    [Fact]
    public void What_is_exported_reads_as_the_same_configuration()
    {
        using ConfigDirectory directory = new();
        directory.Write("one.yml", """
            connbeat: { poll_interval: 1m30s, filter: { ports: [443, 8000-8100] }, expose_environ: [PATH] }
            name: "true"
            fields: { env: prod, deep: { n: 1 } }
            output: { console: { pretty: true } }
            """);
        LoadedConfig first = ConfigLoader.Read([directory.PathOf("one.yml")], [], _ => null);
        using StringWriter text = new();
        YamlText.WriteNested(first.Settings.Select(setting => (setting.Path, setting.Shown)), text);
        directory.Write("two.yml", text.ToString());
        LoadedConfig second = ConfigLoader.Read([directory.PathOf("two.yml")], [], _ => null);

        Assert.Equal(first.Settings, second.Settings);
        Assert.Empty(second.Warnings);
        Assert.Contains(new EffectiveSetting("connbeat.filter.ports", "[\"443\", 8000-8100]"), first.Settings);
        Assert.DoesNotContain(first.Settings, setting => setting.Path == "connbeat.enable_tcp_diag");
    }
}
