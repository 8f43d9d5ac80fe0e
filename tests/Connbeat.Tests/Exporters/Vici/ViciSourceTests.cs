using System.Buffers;
using System.Text;
using Connbeat.Exporters.Exposition;
using Connbeat.Exporters.Vici;
using Connbeat.StrongSwan.Vici;
using Connbeat.Telemetry;
using Connbeat.Tests.StrongSwan.Vici;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Exporters.Vici;

public sealed class ViciSourceTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly ManualTime _time = new();
    private readonly CollectingLogger<StrongSwanHappenings> _log = new();

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    /// <summary>What the real daemon answered in each state of testbed/ipsec, and the page that it makes.</summary>
    [Theory]
    [MemberData(nameof(ViciTranscript.States), MemberType = typeof(ViciTranscript))]
    public async Task What_a_real_daemon_said_makes_the_page_that_it_should(string state)
    {
        await using FakeCharon charon = new(ViciTranscript.Of(state).AnswersTo);
        await using ViciSource source = Open(charon.Address);

        string page = Page(await source.ReadAsync(), legacyValues: false);

        Assert.Equal(string.Join('\n', Fixture.Lines($"strongswan/golden/vici.{state}.txt")) + "\n", page);
    }

    [Fact]
    public async Task Legacy_values_are_those_of_the_original()
    {
        await using FakeCharon charon = new(ViciTranscript.Of("established-traffic").AnswersTo);
        await using ViciSource source = Open(charon.Address);

        string[] page = Page(await source.ReadAsync(), legacyValues: true).Split('\n');

        const string Labels = """{child_id="1",child_name="net-net",ike_id="1",ike_name="site",localTS="10.1.0.0/24",remoteTS="10.2.0.0/24"}""";
        Assert.Contains($"strongswan_sa_state{Labels} 0", page);
        Assert.Contains($"strongswan_sa_packets_inbound{Labels} 1932", page);
        Assert.Contains($"strongswan_sa_packets_outbound{Labels} 1932", page);
    }

    [Fact]
    public async Task Pools_and_certificates_are_told()
    {
        ViciTranscript events = ViciTranscript.InFile("strongswan/vici-events.hex");
        await using FakeCharon charon = new(events.AnswersTo);
        await using ViciSource source = Open(charon.Address);

        string[] page = Page(await source.ReadAsync(), legacyValues: false).Split('\n');

        Assert.Contains("""strongswan_pool_addresses{base="10.3.0.0",pool="rw"} 14""", page);
        Assert.Contains("""strongswan_pool_addresses_online{base="fd00:3::",pool="six"} 0""", page);
        Assert.Contains(
            """strongswan_cert_not_after_timestamp_seconds{serial="0a1b2c",subject="C=DE, O=Lab, CN=host-a.example"} 1803071876""", page);
        Assert.Contains(page, line => line.Contains("subject=\"C=DE, O=Lab, CN=", StringComparison.Ordinal) && line.Contains("Lab \\\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_of_a_rekeying_are_counted()
    {
        ViciTranscript events = ViciTranscript.InFile("strongswan/vici-events.hex");
        await using FakeCharon charon = new(events.AnswersTo);
        await using ViciSource source = Open(charon.Address);
        await source.ReadAsync();

        foreach ((_, byte[] packet) in events.Lines.Where(line => line is { IsAnswer: true, Packet: [7, 11 or 9 or 12, ..] }))
        {
            await charon.SendAllAsync(ViciPacket.Parse(packet));
        }

        string[] page = Page(await source.ReadAsync(), legacyValues: false).Split('\n'); // asked behind the events
        const string Labels = """{child_name="net-net",ike_name="site",remote_ts="10.2.0.0/24"}""";
        Assert.Contains($"strongswan_child_rekeys_total{Labels} 1", page);
        Assert.Contains($"strongswan_child_bytes_total{Labels.Replace("{", "{direction=\"in\",", StringComparison.Ordinal)} 252", page);
        Assert.Contains("""strongswan_ike_rekeys_total{ike_name="site"} 1""", page);
    }

    [Fact]
    public async Task After_a_rekeying_the_old_SA_is_looked_at_once_more()
    {
        TaskCompletionSource looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ViciTranscript events = ViciTranscript.InFile("strongswan/vici-events.hex");
        bool isAfter = false;
        await using FakeCharon charon = new(request =>
        {
            if (isAfter && request.Name == "list-sas")
            {
                looked.TrySetResult();
            }

            return events.AnswersTo(request);
        });
        await using ViciSource source = Open(charon.Address);
        await source.ReadAsync();
        isAfter = true;

        await charon.SendAllAsync(ViciPacket.Parse(events.Lines.First(line => line.Packet is [7, 11, ..] && ViciPacket.Parse(line.Packet).Name == "child-rekey").Packet));
        while (await _time.Armed.ReadAsync(Test) != TimeSpan.FromSeconds(2))
        {
            // Those are timeouts.
        }

        _time.Advance(TimeSpan.FromSeconds(2));
        await looked.Task.WaitAsync(TimeSpan.FromSeconds(30), Test);
    }

    [Fact]
    public async Task Whether_the_daemon_answers_is_told_when_it_changes_and_not_at_each_scrape()
    {
        bool isWell = false;
        ViciTranscript transcript = ViciTranscript.Of("down");
        await using FakeCharon charon = new(request => isWell ? transcript.AnswersTo(request) : [[9]]);
        await using ViciSource source = Open(charon.Address);

        for (int scrape = 0; scrape < 3; scrape++)
        {
            Assert.Equal(
                "strongswan_number_of_known_ikes 0\nstrongswan_number_of_ikes_connected 0\nstrongswan_up 0\n",
                string.Join('\n', Page(await source.ReadAsync(), legacyValues: false).Split('\n').Where(line => line is not ['#', ..])));
        }

        isWell = true;
        while (await _time.Armed.ReadAsync(Test) != TimeSpan.FromSeconds(1))
        {
            // Those are timeouts; the pause after the first attempt is a second.
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        while (!(await source.ReadAsync()).IsUp)
        {
            await Task.Yield();
            Test.ThrowIfCancellationRequested();
        }

        await source.ReadAsync();

        Assert.Equal(
            [
                "Warning strongSwan does not answer: a packet of type 9; expected 0 to 7. It is asked again.",
                "Information strongSwan answers: charon 5.9.8.",
            ],
            _log.Lines);
    }

    [Fact]
    public async Task A_daemon_that_never_answers_costs_the_timeout_and_no_more()
    {
        TaskCompletionSource asksOnly = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FakeCharon charon = new(request =>
        {
            if (request.Type is ViciPacketType.EventRegister)
            {
                return [[5]];
            }

            asksOnly.TrySetResult();
            return [];
        });
        await using ViciSource source = Open(charon.Address);

        Task<ViciSnapshot> asked = source.ReadAsync();
        Assert.Same(asked, source.ReadAsync());
        await asksOnly.Task.WaitAsync(Test);
        _time.Advance(Timeout);

        Assert.False((await asked).IsUp);
        Assert.Contains("it did not answer ", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    private ViciSource Open(ViciAddress address) => new(address, Timeout, _time, new StrongSwanHappenings(_log));

    private static string Page(ViciSnapshot snapshot, bool legacyValues)
    {
        ArrayBufferWriter<byte> page = new();
        ViciCollector.Write(new MetricsPage(page, ExpositionFormat.Prometheus), snapshot, legacyValues);
        return Encoding.UTF8.GetString(page.WrittenSpan);
    }
}
