using Connbeat.Config;
using Connbeat.Outputs;
using Connbeat.Tests.Outputs.Http;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs;

public sealed class WebHostsTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void The_one_that_answered_last_is_asked_first()
    {
        (WebHosts hosts, HttpAddress[] all) = Hosts("");
        Assert.Equal("a b c", Turn(hosts));
        hosts.Well(all[1]);
        Assert.Equal("b c a", Turn(hosts));
        Assert.Equal("b c a", Turn(hosts));
    }

    [Fact]
    public void To_balance_the_load_each_is_asked_first_in_turn()
    {
        (WebHosts hosts, HttpAddress[] all) = Hosts("loadbalance: true");
        Assert.Equal("a b c", Turn(hosts));
        hosts.Well(all[0]);
        Assert.Equal(["b c a", "c a b", "a b c"], [Turn(hosts), Turn(hosts), Turn(hosts)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("loadbalance: true")]
    public void One_that_fails_rests_longer_each_time_and_is_passed_over(string settings)
    {
        (WebHosts hosts, HttpAddress[] all) = Hosts($"{settings}{(settings.Length > 0 ? ", " : "")}backoff: {{ init: 1s, max: 3s }}");
        foreach (int seconds in (int[])[1, 2, 3, 3])
        {
            hosts.Unwell(all[0], null);
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.DoesNotContain("a", Turn(hosts), StringComparison.Ordinal);
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.Contains("a", Turn(hosts), StringComparison.Ordinal);
        }

        hosts.Well(all[0]);
        hosts.Unwell(all[0], null);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("a", Turn(hosts), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_all_rest_the_one_that_has_rested_enough_first_is_asked()
    {
        (WebHosts hosts, HttpAddress[] all) = Hosts("");
        hosts.Unwell(all[0], TimeSpan.FromSeconds(20));
        hosts.Unwell(all[1], TimeSpan.FromSeconds(10));
        hosts.Unwell(all[2], TimeSpan.FromSeconds(30));

        Assert.Equal("b", Turn(hosts));
        Assert.Equal(TimeSpan.FromSeconds(10), hosts.Pause);
    }

    [Fact]
    public void A_pause_counts_only_where_all_ask_for_one()
    {
        (WebHosts hosts, HttpAddress[] all) = Hosts("");
        hosts.Unwell(all[0], TimeSpan.FromSeconds(20));
        hosts.Unwell(all[1], null);
        hosts.Unwell(all[2], TimeSpan.FromSeconds(30));

        Assert.Null(hosts.Pause);
    }

    private static string Turn(WebHosts hosts) => string.Join(' ', hosts.InTurn().Select(address => address.Uri.Host));

    private (WebHosts Hosts, HttpAddress[] All) Hosts(string settings)
    {
        HttpOutputOptions options = HttpSettings.Read(settings, "a", "b", "c");
        return (new WebHosts(options.Hosts, options.LoadBalance, options.Pump, _time), [.. options.Hosts]);
    }
}
