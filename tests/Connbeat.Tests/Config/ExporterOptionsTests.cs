using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class ExporterOptionsTests : IDisposable
{
    private readonly ConfigDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("name: a", false, false)]
    [InlineData("exporters: {}", true, false)]
    [InlineData("exporters: { cnxwatch: {} }", true, true)]
    [InlineData("exporters: { cnxwatch: { enabled: false } }", true, false)]
    [InlineData("exporters: { enabled: false, cnxwatch: {} }", false, true)]
    public void An_exporter_is_there_where_it_was_written(string yaml, bool enabled, bool cnxwatch)
    {
        ExporterOptions options = _directory.Load(yaml).Options.Exporters;

        Assert.Equal(enabled, options.Enabled);
        Assert.Equal(cnxwatch, options.Cnxwatch is not null);
        Assert.Null(options.Conntrack);
    }

    [Fact]
    public void Each_has_a_page_of_its_own_unless_it_is_to_be_nowhere()
    {
        ExporterOptions options = _directory.Load("exporters: { cnxwatch: {}, conntrack: { listen: '' } }").Options.Exporters;

        Assert.Equal("127.0.0.1:9293", $"{options.Cnxwatch!.Listen}");
        Assert.Null(options.Conntrack!.Listen);
    }

    [Fact]
    public void Hosts_that_are_ignored_are_addresses_with_a_port_or_without_and_networks() => Assert.Equal(
        ["192.0.2.1:443", "[2001:db8::1]:53", "192.0.2.9/32", "10.0.0.0/8"],
        _directory.Load("exporters.conntrack.ignore_hosts: ['192.0.2.1:443', '[2001:db8::1]:53', 192.0.2.9, 10.0.0.0/8]")
            .Options.Exporters.Conntrack!.Ignored.Select(host => host.ToString()));

    [Fact]
    public void What_is_in_force_can_be_written_to_a_file_and_read_again()
    {
        _directory.Environment["PORT"] = "443";
        LoadedConfig loaded = _directory.Load(
            """
            exporters:
              cnxwatch:
                sockets:
                  - { name: a, host: "*", port: "${PORT}", processName: "ngi.*" }
                  - { name: b, status: established, dstHost: db, dstPort: 0, protocol: udp6 }
              conntrack: { ignore_hosts: ["[::1]:53"], max_series: 0 }
            """);
        LoadedConfig again = _directory.Load(ConfigDirectory.Exported(loaded));

        Assert.Equal(ConfigDirectory.Exported(loaded), ConfigDirectory.Exported(again));
        WatchedSocket[] sockets = [.. again.Options.Exporters.Cnxwatch!.Sockets];
        Assert.Equal(loaded.Options.Exporters.Cnxwatch!.Sockets, sockets);
        Assert.Equal(("443", "ngi.*"), ($"{sockets[0].SourcePort}", sockets[0].Process));
        Assert.Null(again.Options.Exporters.Conntrack!.MaxSeries);
    }
}
