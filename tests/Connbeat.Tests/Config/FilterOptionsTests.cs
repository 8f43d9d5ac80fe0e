using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class FilterOptionsTests : IDisposable
{
    private readonly ConfigDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Everything_can_be_set_at_once()
    {
        FilterOptions filter = Read(
            "{ loopback: false, ports: [443, 8000-8100], exclude_ports: ['53'], self: include }");

        Assert.False(filter.Loopback);
        Assert.Equal([new(443, 443), new(8000, 8100)], filter.Ports);
        Assert.Equal([new(53, 53)], filter.ExcludePorts);
        Assert.True(filter.IncludeSelf);
    }

    [Fact]
    public void Without_a_value_the_defaults_hold()
    {
        FilterOptions filter = Read("{ loopback: , ports: , exclude_ports: , self: }");

        Assert.True(filter.Loopback);
        Assert.Empty(filter.Ports);
        Assert.Empty(filter.ExcludePorts);
        Assert.False(filter.IncludeSelf);
    }

    [Fact]
    public void Every_wrong_port_of_a_list_is_told_with_its_line() => Assert.Equal(
        [
            $"connbeat.yml:3: an item of connbeat.filter.ports is '70000'; expected {PortRange.Expected}",
            $"connbeat.yml:5: an item of connbeat.filter.ports is 'ssh'; expected {PortRange.Expected}",
        ],
        _directory.Faults("connbeat.filter.ports:\n- 22\n- 70000\n- 80\n- ssh"));

    private FilterOptions Read(string filter) => _directory.Load($"connbeat.filter: {filter}").Options.Capture.Filter;
}
