using System.Buffers;
using System.Text;
using Connbeat.Config;
using Connbeat.Exporters.Exposition;
using Connbeat.Exporters.SocketWatch;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Exporters.SocketWatch;

public sealed class SocketFamiliesTests
{
    private static readonly string[] Names = ["count", "up"];

    /// <summary>Fixtures/cnxwatch is a configuration, and what cnxwatch_exporter 0.1.3 made of it.</summary>
    [Fact]
    public void Of_its_own_configuration_there_are_the_series_of_the_original_but_for_what_is_mended()
    {
        string[] original = [.. Fixture.Lines("cnxwatch/metrics.txt").Where(line => line.StartsWith("connection_", StringComparison.Ordinal)).Select(SeriesOf)];
        string[] mended =
        [
            // processName is an alias, and tcp4 is collected.
            .. original.Where(series => !series.Contains("\"badkey\"", StringComparison.Ordinal)),
            .. Names.SelectMany(name => new[]
            {
                $"connection_status_{name}{{dsthost=\"*\",dstport=\"*\",name=\"badkey\",process=\"nope\",protocol=\"tcp\",srchost=\"*\",srcport=\"7001\",status=\"listen\"}}",
                $"connection_status_{name}{{dsthost=\"*\",dstport=\"*\",name=\"tcp4proto\",process=\"\",protocol=\"tcp4\",srchost=\"*\",srcport=\"7001\",status=\"listen\"}}",
            }),
        ];

        Assert.Equal(mended.Order(StringComparer.Ordinal), Page(SocketFamilies.WriteOriginal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_place_is_a_label_where_it_is_named()
    {
        WatchedSocket watched = new() { Name = "a", Listens = true, SourceHost = "*", Namespace = "blue", Container = "0b5c" };

        Assert.StartsWith(
            "connection_status_count{container=\"0b5c\",namespace=\"blue\",dsthost=\"*\"",
            Page(SocketFamilies.WriteOriginal, watched)[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "connbeat_watched_sockets{container=\"0b5c\",namespace=\"blue\",destination_host=\"*\"",
            Assert.Single(Page(SocketFamilies.Write, watched)), StringComparison.Ordinal);
    }

    private static string[] Page(Action<MetricsPage, IReadOnlyCollection<WatchedCount>> write, params WatchedSocket[] sockets)
    {
        IReadOnlyList<WatchedSocket> watched = sockets.Length > 0
            ? sockets
            : WatchedSockets.Read("sockets.yml", string.Join('\n', Fixture.Lines("cnxwatch/sockets.yml")), []);
        ArrayBufferWriter<byte> page = new();
        write(new MetricsPage(page, ExpositionFormat.Prometheus), [.. watched.Select(socket => new WatchedCount(socket, 1))]);
        return [.. Encoding.UTF8.GetString(page.WrittenSpan).Split('\n').Where(line => line.StartsWith("conn", StringComparison.Ordinal)).Select(SeriesOf)];
    }

    private static string SeriesOf(string sample) => sample[..(sample.IndexOf('}', StringComparison.Ordinal) + 1)];
}
