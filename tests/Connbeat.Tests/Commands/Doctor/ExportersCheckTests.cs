using Connbeat.Commands.Doctor;
using Connbeat.Config;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class ExportersCheckTests
{
    private static readonly ExporterOptions Usual = new() { Enabled = true, Cnxwatch = new(), Conntrack = new() { Listen = null } };

    [Fact]
    public void What_can_be_served_to_this_host_alone_is_as_it_should_be() =>
        ExportersCheck.Judge(Usual, _ => null).IsOk("at 127.0.0.1:9479, 127.0.0.1:9293");

    [Fact]
    public void A_place_that_is_taken_is_told_with_its_setting() =>
        ExportersCheck.Judge(Usual, address => address.Port == 9293 ? "Address already in use" : null).Is(
            Status.Degraded, "at 127.0.0.1:9479, 127.0.0.1:9293",
            ["nobody can listen at 127.0.0.1:9293 now: Address already in use; a connbeat that runs would explain it"],
            ["set exporters.cnxwatch.listen to an address that is free, unless connbeat runs"]);

    [Fact]
    public void What_everybody_can_see_is_noted_unless_somebody_says_who_may()
    {
        ExporterOptions open = Usual with { Listen = new ListenAddress(null, 9479, null) };

        ExportersCheck.Judge(open, _ => null).Is(
            Status.Note, "at :9479, 127.0.0.1:9293", ["whoever reaches this host sees what is at :9479"],
            ["set exporters.web_config, or listen at 127.0.0.1 or unix:/path"]);
        ExportersCheck.Judge(open with { WebConfig = "web.yml" }, _ => null).IsOk("at :9479, 127.0.0.1:9293");
    }

    [Fact]
    public void To_look_whether_a_place_is_free_leaves_it_free()
    {
        ListenAddress free = new("127.0.0.1", 0, null);

        Assert.Null(ExportersCheck.Try(free));
        Assert.Null(ExportersCheck.Try(free));
        Assert.Equal("/none/such is not there", ExportersCheck.Try(new ListenAddress(null, 0, "/none/such/socket")));
    }
}
