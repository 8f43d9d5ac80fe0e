using Connbeat.Exporters.Vici;
using Connbeat.StrongSwan.Vici;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Exporters.Vici;

public sealed class TunnelTotalsTests
{
    private static readonly IkeSa NoIke = IkeSa.Read("site", ViciSection.Empty);
    private static readonly ChildSa NoChild = ChildSa.Read(ViciSection.Empty) with { Name = "net", RemoteTs = ["10.2.0.0/24", "10.4.0.0/24"] };

    private readonly ManualTime _time = new();

    [Fact]
    public void A_total_goes_on_when_an_sa_takes_the_place_of_another()
    {
        TunnelTotals totals = new(_time);
        totals.Saw([Ike(Child("1", "aa", 100))]);
        totals.Rekeyed("site", Child("1", "aa", 150), Child("2", "bb", 0));
        totals.Saw([Ike(Child("1", "aa", 170), Child("2", "bb", 30))]);
        totals.Saw([Ike(Child("2", "bb", 40))]);

        TunnelTotal total = Assert.Single(totals.Read());

        Assert.Equal(new TunnelKey("site", "net", "10.2.0.0/24;10.4.0.0/24"), total.Key);
        Assert.Equal(new SaTraffic(210, 21, 420, 42), total.Traffic);
        Assert.Equal(1, total.Rekeys);
    }

    [Fact]
    public void An_sa_that_is_missing_for_a_moment_is_not_counted_twice()
    {
        TunnelTotals totals = new(_time);
        totals.Saw([Ike(Child("1", "aa", 100))]);
        _time.Advance(TimeSpan.FromSeconds(20));
        totals.Saw([Ike()]);
        _time.Advance(TimeSpan.FromSeconds(20));
        totals.Saw([Ike(Child("1", "aa", 110))]);

        Assert.Equal(110, Assert.Single(totals.Read()).Traffic.BytesIn);
    }

    [Fact]
    public void What_was_told_late_does_not_make_a_total_fall()
    {
        TunnelTotals totals = new(_time);
        totals.Saw([Ike(Child("1", "aa", 100))]);
        totals.Saw("site", Child("1", "aa", 90));

        Assert.Equal(100, Assert.Single(totals.Read()).Traffic.BytesIn);
    }

    [Fact]
    public void A_daemon_that_begins_anew_gives_its_numbers_again_and_the_total_goes_on()
    {
        TunnelTotals totals = new(_time);
        totals.Saw([Ike(Child("1", "aa", 100))]);
        _time.Advance(TimeSpan.FromMinutes(5));
        totals.Saw([Ike(Child("1", "cc", 7))]);

        Assert.Equal(107, Assert.Single(totals.Read()).Traffic.BytesIn);
    }

    [Fact]
    public void A_tunnel_that_is_gone_for_an_hour_is_forgotten()
    {
        TunnelTotals totals = new(_time);
        totals.Saw([Ike(Child("1", "aa", 100))]);
        for (int minute = 0; minute < 60; minute += 20)
        {
            Assert.Single(totals.Read());
            _time.Advance(TimeSpan.FromMinutes(20.1));
            totals.Saw([]);
        }

        Assert.Empty(totals.Read());
    }

    /// <summary>Whatever the order of sightings, losses and rekeyings is: each SA counts once, with the most that it ever had.</summary>
    [Fact]
    public void Totals_never_fall_and_are_the_sums_of_all_SAs()
    {
        Random random = new(20_26);
        TunnelTotals totals = new(_time);
        Dictionary<int, long> counted = [];
        int newest = 1;
        long before = 0;
        for (int step = 0; step < 5000; step++)
        {
            counted[newest] = counted.GetValueOrDefault(newest) + random.Next(10);
            switch (random.Next(10))
            {
                case 0:
                    counted[newest + 1] = 0;
                    totals.Rekeyed("site", Child($"{newest}", $"{newest:x}", counted[newest]), Child($"{newest + 1}", $"{newest + 1:x}", 0));
                    newest++;
                    break;
                case 1:
                    totals.Saw([Ike()]);
                    break;
                default:
                    totals.Saw([Ike(Child($"{newest}", $"{newest:x}", counted[newest]))]);
                    break;
            }

            _time.Advance(TimeSpan.FromSeconds(random.Next(4)));
            if (totals.Read() is [{ } total])
            {
                Assert.InRange(total.Traffic.BytesIn, before, counted.Values.Sum());
                before = total.Traffic.BytesIn;
            }
        }

        totals.Saw([Ike(Child($"{newest}", $"{newest:x}", counted[newest]))]);
        Assert.Equal(counted.Values.Sum(), Assert.Single(totals.Read()).Traffic.BytesIn);
        Assert.Equal(newest - 1, Assert.Single(totals.Read()).Rekeys);
    }

    [Fact]
    public void Rekeyings_of_IKE_are_counted_by_connection()
    {
        TunnelTotals totals = new(_time);
        totals.Saw([Ike()]);
        Assert.Equal([new("site", 0)], totals.ReadIkeRekeys());

        totals.Rekeyed("site");

        Assert.Equal([new("site", 1)], totals.ReadIkeRekeys());
    }

    private static IkeSa Ike(params ChildSa[] children) => NoIke with { Children = children };

    private static ChildSa Child(string id, string spi, long bytes) =>
        NoChild with { UniqueId = id, SpiIn = spi, Traffic = new SaTraffic(bytes, bytes / 10, 2 * bytes, bytes / 5) };
}
