using System.Buffers;
using System.Text;
using Connbeat.Config;
using Connbeat.Exporters.Exposition;
using Connbeat.Exporters.IpsecStatus;
using Connbeat.Exporters.Vici;
using Connbeat.StrongSwan.Status;
using Connbeat.Telemetry;
using Connbeat.Tests.StrongSwan.Vici;
using Connbeat.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Tests.Exporters.IpsecStatus;

public sealed class IpsecSourceTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-").FullName;
    private readonly ManualTime _time = new();
    private readonly CollectingLogger<StrongSwanHappenings> _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_command_is_run_once_and_tells_all_tunnels()
    {
        string file = Conf("conn site\nconn site-b\nconn dead\nconn ign\n  auto=ignore\n");
        IpsecSource source = Source(file, $"cat {Fixture.At("strongswan/ipsec/statusall.connecting.txt")}");

        string[] page = await PageAsync(source);

        Assert.Equal(
            [
                "ipsec_config_faults 0",
                "ipsec_up{tunnel=\"site\"} 1", "ipsec_up{tunnel=\"site-b\"} 1", "ipsec_up{tunnel=\"dead\"} 1", "ipsec_up{tunnel=\"ign\"} 1",
                "ipsec_status{tunnel=\"site\"} 0", "ipsec_status{tunnel=\"site-b\"} 0", "ipsec_status{tunnel=\"dead\"} 3", "ipsec_status{tunnel=\"ign\"} 4",
                "ipsec_in_bytes{tunnel=\"site\"} 420", "ipsec_in_bytes{tunnel=\"site-b\"} 0", "ipsec_in_bytes{tunnel=\"dead\"} 0", "ipsec_in_bytes{tunnel=\"ign\"} 0",
            ],
            page[..13]);
        Assert.Contains("ipsec_out_packets{tunnel=\"site\"} 5", page);
        Assert.Contains("ipsec_child_sas{tunnel=\"site\"} 1", page);
    }

    [Fact]
    public async Task Where_nobody_tells_every_tunnel_is_unknown_and_the_reason_is_told_once()
    {
        IpsecSource source = Source(Conf("conn site\nconn ign\n  auto=ignore\n"), "false x");

        await PageAsync(source);
        string[] page = await PageAsync(source);

        Assert.Equal(
            ["ipsec_up{tunnel=\"site\"} 0", "ipsec_up{tunnel=\"ign\"} 1", "ipsec_status{tunnel=\"site\"} 3", "ipsec_status{tunnel=\"ign\"} 4"],
            page[1..5]);
        Assert.Equal(["Warning strongSwan does not answer: false x ended with exit code 1. It is asked again."], _log.Lines);
    }

    [Fact]
    public async Task A_file_that_changes_is_read_anew()
    {
        string file = Path.Combine(_folder, "ipsec.conf");
        IpsecSource source = Source(file, "true x");

        Assert.Equal(["ipsec_config_faults 1"], await PageAsync(source));
        Conf("conn site\ninclude missing.conf\n");
        Assert.Contains("ipsec_status{tunnel=\"site\"} 2", await PageAsync(source));
        Conf("conn other\n");
        string[] page = await PageAsync(source);

        Assert.Contains("ipsec_status{tunnel=\"other\"} 2", page);
        Assert.DoesNotContain(page, line => line.Contains("\"site\"", StringComparison.Ordinal));
        Assert.Equal(3, _log.Lines.Count); // two faults, and that the command answers
        Assert.Contains("ipsec.conf can't be read", _log.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_VICI_answers_no_command_is_run()
    {
        await using FakeCharon charon = new(ViciTranscript.Of("one-up-one-connecting").AnswersTo);
        await using ViciSource vici = new(charon.Address, Timeout, _time, new StrongSwanHappenings(NullLogger<StrongSwanHappenings>.Instance));
        IpsecSource source = new(
            Conf("conn site\nconn net-net\nconn dead\n"), StatusSource.Auto, vici,
            new StatusCommand("/nowhere/ipsec", Timeout, _time), new StrongSwanHappenings(_log));

        string[] page = await PageAsync(source);

        Assert.Contains("ipsec_status{tunnel=\"net-net\"} 0", page);
        Assert.Contains("ipsec_status{tunnel=\"dead\"} 3", page);
        Assert.Contains("strongswan_up 1", page);
        Assert.Equal(["Information strongSwan answers: VICI."], _log.Lines);
    }

    private static async Task<string[]> PageAsync(IpsecSource source)
    {
        ArrayBufferWriter<byte> page = new();
        IpsecFamilies.WriteAll(new MetricsPage(page, ExpositionFormat.Prometheus), await source.ReadAsync());
        return [.. Encoding.UTF8.GetString(page.WrittenSpan).Split('\n').Where(line => line is not ([] or ['#', ..]))];
    }

    private IpsecSource Source(string file, string command) => new(
        file, StatusSource.Command, null, new StatusCommand(command, Timeout, _time), new StrongSwanHappenings(_log));

    private string Conf(string text)
    {
        string file = Path.Combine(_folder, "ipsec.conf");
        File.WriteAllText(file, text);
        return file;
    }
}
