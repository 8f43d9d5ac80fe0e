using Connbeat.Commands.Doctor;
using Connbeat.Config;
using Connbeat.Tests.StrongSwan.Vici;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class StrongSwanCheckTests
{
    [Fact]
    public async Task One_that_answers_is_told_with_its_version()
    {
        await using FakeCharon charon = new(ViciTranscript.Of("down").AnswersTo);

        StrongSwanFacts facts = await Task.Run(() => StrongSwanFacts.Read(charon.SocketPath, "ann", new ManualTime()), TestContext.Current.CancellationToken);

        StrongSwanCheck.Judge(facts).IsOk($"charon 5.9.8 answers at {charon.SocketPath}");
    }

    [Fact]
    public void One_that_does_not_is_broken()
    {
        StrongSwanFacts facts = StrongSwanFacts.Read("/nowhere/charon.vici", "ann", new ManualTime());

        Assert.StartsWith("/nowhere/charon.vici: ", facts.Failure, StringComparison.Ordinal);
        StrongSwanCheck.Judge(facts).Is(
            Status.Broken, facts.Failure!,
            ["connections do not tell their IPsec tunnel, and strongSwan has no metrics"], ["sudo systemctl start strongswan"]);
    }

    [Fact]
    public void One_that_may_not_be_asked_is_opened_to_who_asks() => StrongSwanCheck.Judge(
        new() { Address = "/run/charon.vici", Failure = "/run/charon.vici: Permission denied", IsDenied = true, User = "ann" }).Is(
            Status.Broken, "/run/charon.vici: Permission denied",
            ["connections do not tell their IPsec tunnel, and strongSwan has no metrics"], ["sudo chgrp ann /run/charon.vici"]);

    [Fact]
    public void It_is_asked_where_the_configuration_asks_it()
    {
        AgentOptions options = new()
        {
            Enrichment = new EnrichmentOptions { Tunnels = "/a" },
            Exporters = new ExporterOptions { Enabled = true, IpsecVici = new() { Socket = "/a" }, IpsecStatus = new() { Source = StatusSource.Vici, Socket = "/b" } },
        };

        Assert.Equal(["/a", "/b"], StrongSwanFacts.Addresses(options));
        Assert.Empty(StrongSwanFacts.Addresses(new AgentOptions()));
    }
}
