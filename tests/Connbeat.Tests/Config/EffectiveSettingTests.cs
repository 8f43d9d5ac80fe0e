using System.Text.Json;
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
        LoadedConfig first = directory.Load("""
            connbeat: { poll_interval: 1m30s, filter: { ports: [443, 8000-8100] }, expose_environ: [PATH], enable_tcp_diag: no }
            name: "true"
            tags: ["$${HOME}", "a: b", "# no", "é 😀", "it's", ' x', '-', '1e3', "\u0085\u2028\u0007\u200b", '$$', '$$${', 'null']
            fields: { env: prod, deep: { n: 1, "x y": [1.5, -0, yes, {}] }, none: , "1": '1', "true": 007 }
            logging: { level: WARNING, metrics: { enabled: off, period: 5s } }
            output: { console: { pretty: true }, http: { hosts: ["[::1]:80"], path: "/ü b" } }
            """);
        LoadedConfig second = directory.Load(ConfigDirectory.Exported(first));

        Assert.Equal(ConfigDirectory.Exported(first), ConfigDirectory.Exported(second));
        Assert.Equal(JsonSerializer.Serialize(first.Options), JsonSerializer.Serialize(second.Options));
        Assert.Empty(second.Warnings);
        Assert.Contains(new EffectiveSetting("connbeat.filter.ports", "[\"443\", 8000-8100]"), first.Settings);
        Assert.DoesNotContain(first.Settings, setting => setting.Path == "connbeat.enable_tcp_diag");
    }
}
