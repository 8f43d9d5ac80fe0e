using Connbeat.Events;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Processing;

public sealed class ConditionTests
{
    [Theory]
    [InlineData("equals: {local_port: 40312}", true)]
    [InlineData("equals: {local_port: '40312'}", true)]
    [InlineData("equals: {local_port: 40312.0}", true)]
    [InlineData("equals: {local_port: 40312.5}", false)]
    [InlineData("equals: {local_port: 1e20}", false)]
    [InlineData("equals: {local_port: 40313}", false)]
    [InlineData("equals: {local_port: 40312, remote_port: 443}", true)]
    [InlineData("equals: {local_port: 40312, remote_port: 80}", false)]
    [InlineData("equals: {local_ip: 192.0.2.17}", true)]
    [InlineData("equals: {local_ip: '::ffff:192.0.2.17'}", true)]
    [InlineData("equals: {local_ip: 192.0.2.1}", false)]
    [InlineData("equals: {local_process.user: www-data}", true)]
    [InlineData("equals: {local_process.user: www}", false)]
    [InlineData("equals: {local_process.uid: 33}", true)]
    [InlineData("equals: {user.id: 33}", true)]
    [InlineData("equals: {local_process.binary: python3.11}", true)]
    [InlineData("equals: {local_process.start: '2026-11-21T04:55:59.841Z'}", true)]
    [InlineData("equals: {event.action: connection_opened}", true)]
    [InlineData("equals: {event.type: start}", true)]
    [InlineData("equals: {type: connbeat}", true)]
    [InlineData("equals: {error.code: ECONNREFUSED}", false)]
    [InlineData("equals: {container.labels.x: ''}", false)]
    [InlineData("equals: {listener.ip: 192.0.2.17}", false)]
    [InlineData("equals: {tags: web}", true)]
    [InlineData("equals: {tags: we}", false)]
    [InlineData("equals: {fields.site: berlin}", true)]
    [InlineData("equals: {fields.rack: 7}", true)]
    [InlineData("equals: {fields.load: 0.5}", true)]
    [InlineData("equals: {fields.load: 1}", false)]
    [InlineData("equals: {fields.live: true}", true)]
    [InlineData("equals: {fields.live: false}", false)]
    [InlineData("equals: {fields.owner.team: net}", true)]
    [InlineData("equals: {fields.mail: a@b}", true)]
    public void Equals_is_of_numbers_texts_addresses_and_booleans(string condition, bool holds) => Holds(condition, holds);

    /// <summary>Where one name has a value in each schema, both are looked at.</summary>
    [Theory]
    [InlineData("equals: {network.direction: outbound}", true)]
    [InlineData("equals: {network.direction: egress}", true)]
    [InlineData("equals: {network.direction: inbound}", false)]
    [InlineData("not: {equals: {network.direction: egress}}", false)]
    [InlineData("regexp: {network.direction: '^out'}", true)]
    [InlineData("equals: {source.port: 40312}", true)]
    [InlineData("equals: {client.ip: 192.0.2.17}", true)]
    [InlineData("equals: {destination.bytes: 4096}", true)]
    [InlineData("equals: {process.pid: 1742}", true)]
    [InlineData("equals: {related.user: www-data}", true)]
    [InlineData("equals: {related.ip: 198.51.100.7}", true)]
    [InlineData("equals: {network.community_id: '1:nonsense'}", false)]
    public void The_names_of_both_schemas_are_known(string condition, bool holds) => Holds(condition, holds);

    [Theory]
    [InlineData("contains: {local_process.cmdline: gunicorn}", true)]
    [InlineData("contains: {local_process.cmdline: ''}", true)]
    [InlineData("contains: {local_process.cmdline: Gunicorn}", false)]
    [InlineData("contains: {local_ip: '.2.1'}", true)]
    [InlineData("contains: {beat.local_ips: '192.0.2.'}", true)]
    [InlineData("contains: {beat.local_ips: '198.51.100.7'}", false)]
    [InlineData("contains: {tags: edge}", true)]
    [InlineData("contains: {tags: ed}", true)]
    [InlineData("contains: {tags: edgeweb}", false)]
    [InlineData("contains: {local_process.environ: LANG=}", true)]
    [InlineData("contains: {fields.mail: c@}", true)]
    [InlineData("contains: {network.namespace_name: ''}", false)]
    public void Contains_is_of_a_text_or_of_one_in_a_list(string condition, bool holds) => Holds(condition, holds);

    [Theory]
    [InlineData("regexp: {local_process.cmdline: 'python3? -m [a-z]+'}", true)]
    [InlineData("regexp: {local_process.cmdline: '^python'}", false)]
    [InlineData("regexp: {local_process.cmdline: '(?i)GUNICORN'}", true)]
    [InlineData("regexp: {local_process.cmdline: '(x+x+)+y'}", false)]
    [InlineData(@"regexp: {local_ip: '^192\.0\.2\.1\d$'}", true)]
    [InlineData("regexp: {tags: '^w.b$'}", true)]
    [InlineData(@"regexp: {event.id: '^[0-9a-f]{32}$'}", true)]
    [InlineData("regexp: {network.community_id: '^1:'}", true)]
    [InlineData("regexp: {'@timestamp': '^2026-11-21T'}", true)]
    [InlineData("regexp: {network.namespace_name: '.*'}", false)]
    public void Regexp_finds_something_anywhere(string condition, bool holds) => Holds(condition, holds);

    [Theory]
    [InlineData("range: {local_port: {gte: 40312}}", true)]
    [InlineData("range: {local_port: {gt: 40312}}", false)]
    [InlineData("range: {local_port: {gt: 40311.5}}", true)]
    [InlineData("range: {local_port: {lte: 40312}}", true)]
    [InlineData("range: {local_port: {lt: 40312}}", false)]
    [InlineData("range: {local_port: {lt: 40312.5}}", true)]
    [InlineData("range: {local_port: {gte: 1024, lt: 65536}}", true)]
    [InlineData("range: {local_port.gte: 1024, remote_port.lt: 1024}", true)]
    [InlineData("range: {local_port.gte: 1024, remote_port.gte: 1024}", false)]
    [InlineData("range: {local_port: {gt: 5, lt: 6}}", false)]
    [InlineData("range: {local_port: {gte: -79228162514264337593543950335, lte: 79228162514264337593543950335}}", true)]
    [InlineData("range: {local_port: {gt: 79228162514264337593543950334}}", false)]
    [InlineData("range: {local_port: {lt: -79228162514264337593543950334}}", false)]
    [InlineData("range: {network.rtt_us: {gt: 1000}}", true)]
    [InlineData("range: {network.bytes: {gt: 4612}}", true)]
    [InlineData("range: {event.duration: {gte: 0}}", false)]
    [InlineData("range: {fields.load: {gt: 0.4, lt: 0.6}}", true)]
    [InlineData("range: {fields.load: {gte: 0.6}}", false)]
    [InlineData("range: {fields.rack.gte: 7}", true)]
    public void Range_is_of_numbers(string condition, bool holds) => Holds(condition, holds);

    [Theory]
    [InlineData("network: {local_ip: 192.0.2.0/24}", true)]
    [InlineData("network: {local_ip: 192.0.2.99/24}", true)]
    [InlineData("network: {local_ip: 192.0.2.0/28}", false)]
    [InlineData("network: {local_ip: [10.0.0.0/8, 192.0.2.17]}", true)]
    [InlineData("network: {local_ip: 0.0.0.0/0}", true)]
    [InlineData("network: {local_ip: '::/0'}", false)]
    [InlineData("network: {local_ip: [private, loopback]}", false)]
    [InlineData("network: {local_ip: public, remote_ip: public}", true)]
    [InlineData("network: {beat.local_ips: 192.0.2.0/24}", true)]
    [InlineData("network: {related.ip: 198.51.100.0/24}", true)]
    [InlineData("network: {local_process.user: 192.0.2.0/24}", false)]
    [InlineData("network: {container.docker_host.ips: 192.0.2.0/24}", false)]
    public void Network_is_of_addresses(string condition, bool holds) => Holds(condition, holds);

    [Theory]
    [InlineData("not: {equals: {network.namespace_name: blue}}", true)]
    [InlineData("not: {not: {equals: {network.namespace_name: blue}}}", false)]
    [InlineData("and: [{equals: {remote_port: 443}}, {range: {local_port.gt: 1}}]", true)]
    [InlineData("and: [{equals: {remote_port: 443}}, {range: {local_port.lt: 1}}]", false)]
    [InlineData("or: [{equals: {remote_port: 80}}, {range: {local_port.gt: 1}}]", true)]
    [InlineData("or: [{equals: {remote_port: 80}}, {not: {range: {local_port.gt: 1}}}]", false)]
    public void Conditions_are_joined(string condition, bool holds) => Holds(condition, holds);

    [Theory]
    [InlineData("equals: {listener.ip: 0.0.0.0}", true)]
    [InlineData("equals: {network.direction: listening}", true)]
    [InlineData("network: {listener.ip: unspecified}", true)]
    [InlineData("network: {server.ip: unspecified}", true)]
    [InlineData("range: {remote_port: {gte: 0}}", false)]
    [InlineData("regexp: {remote_ip: '.*'}", false)]
    [InlineData("network: {source.ip: 0.0.0.0/0}", false)]
    [InlineData("regexp: {network.community_id: '.*'}", false)]
    public void A_listener_has_one_end(string condition, bool holds) =>
        Assert.Equal(holds, Processors.Drop(condition, Some.Event(EventAction.ListenerOpened)));

    [Theory]
    [InlineData("equals: {container.name: /shop_web_1}", true)]
    [InlineData("equals: {container.name: shop_web_1}", true)]
    [InlineData("equals: {container.image: nginx:1.29}", true)]
    [InlineData("equals: {container.image.name: nginx:1.29}", true)]
    [InlineData("equals: {container.labels.com.docker.compose.service: web}", true)]
    [InlineData("equals: {container.labels.com_docker_compose_service: web}", true)]
    [InlineData("equals: {container.labels.com_docker.compose_service: web}", true)]
    [InlineData("equals: {container.labels.com.docker.compose: web}", false)]
    [InlineData("contains: {container.env: STAGE=}", true)]
    [InlineData("network: {container.docker_host.ips: 192.0.2.0/24}", true)]
    [InlineData("equals: {container.local_ips: 192.0.2.17}", true)]
    [InlineData("equals: {connbeat.container.local_ips: 192.0.2.17}", true)]
    [InlineData("equals: {container.runtime: docker}", true)]
    [InlineData("equals: {container.pod_uid: x}", false)]
    [InlineData("equals: {beat.local_ips: 192.0.2.17}", false)]
    public void A_container_is_known_by_what_its_engine_says(string condition, bool holds)
    {
        SocketFacts inContainer = Some.Connection() with { Container = Some.Container(), ContainerDetails = Some.ContainerDetails() };

        Assert.Equal(holds, Processors.Drop(condition, Some.Event() with { Socket = inContainer }));
    }

    [Theory]
    [InlineData(true, "equals: {local_process.binary: 'Unknown process with inode 4259868'}", true)]
    [InlineData(false, "equals: {local_process.binary: 'Process with inode 4259868'}", true)]
    [InlineData(true, "equals: {local_process.cmdline: ''}", true)]
    [InlineData(true, "regexp: {local_process.name: '.*'}", false)]
    [InlineData(true, "regexp: {process.command_line: '.*'}", false)]
    public void Where_no_process_is_known_a_condition_sees_what_is_told(bool exposed, string condition, bool holds)
    {
        ConnectionEvent unowned = Some.Event() with { Socket = Some.Connection() with { Process = null } };

        Assert.Equal(
            holds,
            Processors.Of($"[drop_event: {{when: {{{condition}}}}}]", exposeProcesses: exposed).Judge(unowned).IsDropped);
    }

    [Fact]
    public void Whatever_a_text_holds_a_condition_is_true_or_false()
    {
        string[] conditions =
        [
            "regexp: {local_process.cmdline: '(a|b)*c'}", "contains: {local_process.cmdline: '\"'}",
            "equals: {local_process.cmdline: x}", "network: {local_process.cmdline: private}",
            "network: {container.docker_host.ips: private}", "regexp: {container.labels.a: x}",
        ];
        int told = 0;
        foreach (string text in HostileEvent.Texts.Concat(HostileEvent.RandomTexts(500)))
        {
            foreach (string condition in conditions)
            {
                told += Processors.Drop(condition, HostileEvent.Of(text)) ? 1 : 0;
            }
        }

        Assert.InRange(told, 1, 2_000);
    }

    [Fact]
    public void Looking_at_an_event_makes_no_garbage()
    {
        Connbeat.Processing.EventProcessors processors = Processors.Of("""
            [{drop_event: {when: {or: [{equals: {local_port: 1}}, {equals: {local_process.binary: x}},
                {network: {remote_ip: [private, 10.0.0.0/8]}}, {contains: {local_ip: x}}, {range: {network.bytes.gt: 1e9}},
                {regexp: {local_process.cmdline: xyz}}, {equals: {network.direction: x}}, {regexp: {'@timestamp': x}}]}}},
             {drop_fields: {fields: [tags], when: {equals: {tags: edge}}}}]
            """);
        ConnectionEvent happened = Some.Event();
        for (int round = 0; round < 100; round++)
        {
            processors.Judge(happened);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 1_000; round++)
        {
            processors.Judge(happened);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);
    }

    private static void Holds(string condition, bool holds) => Assert.Equal(holds, Processors.Drop(condition, Some.Event()));
}
