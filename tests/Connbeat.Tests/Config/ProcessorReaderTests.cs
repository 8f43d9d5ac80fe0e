using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class ProcessorReaderTests : IDisposable
{
    private const string Equal = "when.equals.local_port: 1";

    private readonly ConfigDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>An item, and the same as the configuration in force has it.</summary>
    [Theory]
    [InlineData("drop_event: { when: { equals: { network.direction: inbound } } }",
        "{drop_event: {when: {equals: {network.direction: inbound}}}}")]
    [InlineData("drop_event.when.equals.network.direction: inbound",
        "{drop_event: {when: {equals: {network.direction: inbound}}}}")]
    [InlineData("drop_event: { when: { equals: { network: { direction: inbound, transport: tcp } } } }",
        "{drop_event: {when: {and: [{equals: {network.direction: inbound}}, {equals: {network.transport: tcp}}]}}}")]
    [InlineData("drop_event: { when: { equals: { agent.previous_clean: true } } }",
        "{drop_event: {when: {equals: {agent.previous_clean: \"true\"}}}}")]
    [InlineData("drop_event: { when: { contains: { beat.local_ips: 10.0. } } }",
        "{drop_event: {when: {contains: {beat.local_ips: 10.0.}}}}")]
    [InlineData("drop_event: { when: { regexp: { local_process.cmdline: '^/usr/s?bin/' } } }",
        "{drop_event: {when: {regexp: {local_process.cmdline: \"^/usr/s?bin/\"}}}}")]
    [InlineData("drop_event: { when: { range: { local_port: { gte: 1024, lt: 2e3 } } } }",
        "{drop_event: {when: {range: {local_port: {gte: 1024, lt: 2000}}}}}")]
    [InlineData("drop_event: { when: { range: { local_port.gt: 1, remote_port.lte: 2.5 } } }",
        "{drop_event: {when: {and: [{range: {local_port: {gt: 1}}}, {range: {remote_port: {lte: 2.5}}}]}}}")]
    [InlineData("drop_event: { when: { network: { remote_ip: private } } }",
        "{drop_event: {when: {network: {remote_ip: [private]}}}}")]
    [InlineData("drop_event: { when: { network: { source.ip: [loopback, 'fd00::/8', 192.0.2.1, 192.0.2.7/24] } } }",
        "{drop_event: {when: {network: {source.ip: [loopback, \"fd00::/8\", 192.0.2.1, 192.0.2.7/24]}}}}")]
    [InlineData("drop_event: { when: { not: { or: [ { equals: { type: connbeat } }, { and: [ { equals: { tags: a } } ] } ] } } }",
        "{drop_event: {when: {not: {or: [{equals: {type: connbeat}}, {and: [{equals: {tags: a}}]}]}}}}")]
    [InlineData("drop_fields: { fields: [container.labels.com.example.x, local_process.environ] }",
        "{drop_fields: {fields: [container.labels.com.example.x, local_process.environ]}}")]
    [InlineData("drop_fields.fields: tags", "{drop_fields: {fields: [tags]}}")]
    [InlineData("include_fields: { fields: [network], when: { equals: { process.pid: 1 } } }",
        "{include_fields: {fields: [network], when: {equals: {process.pid: \"1\"}}}}")]
    public void What_is_written_is_in_force(string item, string inForce)
    {
        LoadedConfig loaded = _directory.Load($"processors:\n- {item}");

        Assert.Empty(loaded.Warnings);
        Assert.Single(loaded.Options.Processors);
        Assert.Contains(new EffectiveSetting("processors", $"[{inForce}]"), loaded.Settings);
        Assert.Contains(
            new EffectiveSetting("processors", $"[{inForce}]"), _directory.Load($"processors: [{inForce}]").Settings);
    }

    [Theory]
    [InlineData("processors: drop_event", "1: processors is 'drop_event'; expected a list of processors")]
    [InlineData("processors:\n- drop_event",
        "2: processors has an item that is 'drop_event'; expected drop_event, drop_fields or include_fields, as 'drop_event: {when: …}'")]
    [InlineData("processors:\n- drop_evnt: {}",
        "2: the processor drop_evnt doesn't exist; expected drop_event, drop_fields or include_fields; did you mean drop_event?")]
    [InlineData("processors:\n- rename: {}",
        "2: the processor rename doesn't exist; expected drop_event, drop_fields or include_fields")]
    [InlineData("processors:\n- drop_event: {}\n  drop_fields: {}",
        "2: processors has an item with 2 actions, drop_event and drop_fields; expected one in each item")]
    [InlineData("processors:\n- drop_event:\n  when: {}",
        "2: processors has an item with drop_event beside when; indent what belongs to drop_event")]
    [InlineData("processors:\n- drop_event: now", "2: processors.drop_event is 'now'; expected a section of settings")]
    [InlineData("processors:\n- drop_event:\n    equals: {local_port: 1}",
        "3: processors.drop_event.equals is not a setting of connbeat; expected when")]
    [InlineData("processors:\n- drop_fields: {wen: 1, fields: [tags]}",
        "2: processors.drop_fields.wen is not a setting of connbeat; expected fields and when")]
    [InlineData("processors:\n- drop_fields: {}", "2: processors.drop_fields.fields is missing; expected a list of names of fields")]
    [InlineData("processors:\n- drop_fields: {fields: []}",
        "2: processors.drop_fields.fields is an empty list; expected a list of names of fields")]
    [InlineData("processors:\n- include_fields: {fields: {tags: true}}",
        "2: processors.include_fields.fields is a section; expected a list of names of fields")]
    [InlineData("processors:\n- include_fields:\n    fields:\n    - [tags]",
        "4: processors.include_fields.fields has an item that is a list; expected the name of a field")]
    [InlineData("processors:\n- drop_fields: {fields: [local_prt]}",
        "2: processors.drop_fields.fields names local_prt, which no event has; did you mean local_port?")]
    [InlineData("processors:\n- drop_fields: {fields: [cmdline]}",
        "2: processors.drop_fields.fields names cmdline, which no event has; did you mean local_process.cmdline?")]
    [InlineData("processors:\n- drop_fields: {fields: [meta.cloud]}",
        "2: processors.drop_fields.fields names meta.cloud, which no event has")]
    [InlineData("processors:\n- drop_fields: {fields: ['${NONE}']}",
        "2: processors.drop_fields.fields has '${NONE}': environment variable NONE is not set and there is no default")]
    public void A_faulty_item_is_told_with_its_line(string yaml, string fault) =>
        Assert.Equal([$"connbeat.yml:{fault}"], _directory.Faults(yaml));

    [Theory]
    [InlineData("[]", " is an empty list; expected one condition: equals, contains, regexp, range, network, and, or or not")]
    [InlineData("{equals: {local_port: 1}, range: {local_port.gt: 1}}",
        " has 2 conditions, equals and range; expected one, or a list of them under and")]
    [InlineData("{equal: {local_port: 1}}",
        ".equal is no condition; expected one condition: equals, contains, regexp, range, network, and, or or not; did you mean equals?")]
    [InlineData("{has_fields: [tags]}",
        ".has_fields is no condition; expected one condition: equals, contains, regexp, range, network, and, or or not")]
    [InlineData("{equals: local_port}", ".equals is 'local_port'; expected names of fields, each with a value")]
    [InlineData("{equals: {}}", ".equals is a section; expected names of fields, each with a value")]
    [InlineData("{equals: {local_port: }}", ".equals.local_port is ''; expected a number")]
    [InlineData("{equals: {local_port: https}}", ".equals.local_port is 'https'; expected a number")]
    [InlineData("{equals: {local_port: [1]}}", ".equals.local_port is a list; expected a number")]
    [InlineData("{equals: {local_port: {}}}", ".equals.local_port is a section; expected a number")]
    [InlineData("{equals: {agent.previous_clean: yes}}", ".equals.agent.previous_clean is 'yes'; expected true or false")]
    [InlineData("{equals: {local_ip: 127.1}}", ".equals.local_ip is '127.1'; expected an address")]
    [InlineData("{equals: {host.ip: 10.0.0.0/8}}", ".equals.host.ip is '10.0.0.0/8'; expected an address")]
    [InlineData("{equals: {network: tcp}}", ".equals.network names network, which is a section; expected a field in it")]
    [InlineData("{equals: {network.directon: inbound}}",
        ".equals.network.directon names network.directon, which no event has; did you mean network.direction?")]
    [InlineData("{contains: {local_port: 8}}",
        ".contains.local_port looks for text in local_port, which is a number; write equals or range")]
    [InlineData("{regexp: {agent.previous_clean: t}}",
        ".regexp.agent.previous_clean looks for text in agent.previous_clean, which is true or false; write equals")]
    [InlineData("{contains: {tags: [a, b]}}", ".contains.tags is a list; expected text")]
    [InlineData("{regexp: {type: '(a'}}",
        ".regexp.type is '(a', which is no regular expression: insufficient closing parentheses at character 2")]
    [InlineData(@"{regexp: {type: '(a)\1'}}",
        @".regexp.type is '(a)\1', which may take for ever; expected no look-around, back reference, atomic group or very large repetition")]
    [InlineData("{regexp: {type: '(a{1000}){1000}'}}",
        ".regexp.type is '(a{1000}){1000}', which may take for ever; expected no look-around, back reference, atomic group or very large repetition")]
    [InlineData("{regexp: {type: '[[:alpha:]]'}}",
        @".regexp.type is '[[:alpha:]]', which has a class such as [[:alpha:]]; write [A-Za-z] or \p{L}")]
    [InlineData("{range: {local_port: 5}}",
        ".range.local_port is '5'; expected gte, gt, lte or lt with a number in a section of local_port")]
    [InlineData("{range: {local_port.min: 5}}",
        ".range.local_port.min is '5'; expected gte, gt, lte or lt with a number in a section of local_port.min")]
    [InlineData("{range: {gte: 5}}",
        ".range is a section; expected names of fields, each with gte, gt, lte or lt in a section of it")]
    [InlineData("{range: {local_port.gte: many}}", ".range.local_port.gte is 'many'; expected a number")]
    [InlineData("{range: {local_port.gte: }}", ".range.local_port.gte is ''; expected a number")]
    [InlineData("{range: {local_ip.gte: 5}}", ".range.local_ip.gte asks for a range of local_ip, which is no number")]
    [InlineData("{range: {local_port: {gte: 5, lt: 5}}}",
        ".range.local_port.gte asks for a range of local_port in which no number is")]
    [InlineData("{range: {prt.gte: 5}}", ".range.prt.gte names prt, which no event has")]
    [InlineData("{network: {remote_port: private}}",
        ".network.remote_port looks for an address in remote_port, which is a number; write equals or range")]
    [InlineData("{and: {equals: {local_port: 1}}}", ".and is a section; expected a list of conditions")]
    [InlineData("{or: []}", ".or is an empty list; expected a list of conditions")]
    [InlineData("{not: [{equals: {local_port: 1}}]}",
        ".not is a list; expected one condition: equals, contains, regexp, range, network, and, or or not")]
    [InlineData("{and: [{or: [{not: {equals: {x: 1}}}]}]}", ".and.or.not.equals.x names x, which no event has")]
    public void A_faulty_condition_is_told_with_its_line(string when, string fault) => Assert.Equal(
        [$"connbeat.yml:3: processors.drop_event.when{fault}"],
        _directory.Faults($"processors:\n- drop_event:\n    when: {when}"));

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0/8")]
    [InlineData("privat")]
    [InlineData("''")]
    [InlineData("10.0.0.0/")]
    [InlineData("fe80::1%eth0")]
    [InlineData("10.0.0.0/-1")]
    public void A_network_is_one_or_a_group_of_addresses(string network) => Assert.Equal(
        [$"connbeat.yml:1: processors.drop_event.when.network.local_ip is '{network.Trim('\'')}'; expected {NetworkRange.Expected}"],
        _directory.Faults($"processors: [drop_event: {{when: {{network: {{local_ip: [{network}, private]}}}}}}]"));

    [Fact]
    public void What_a_placeholder_stands_for_is_not_repeated()
    {
        _directory.Environment["KEY"] = "s3cret";

        Assert.Equal(
            ["connbeat.yml:1: processors.drop_fields.fields names ${KEY}, which no event has"],
            _directory.Faults("processors: [drop_fields: {fields: ['${KEY}']}]"));
        Assert.Equal(
            ["connbeat.yml:1: processors.drop_event.when.equals.local_port is '${KEY}'; expected a number"],
            _directory.Faults("processors: [drop_event: {when: {equals: {local_port: '${KEY}'}}}]"));
    }

    [Fact]
    public void Every_fault_is_told_at_once() => Assert.Equal(
        ["connbeat.yml:2: processors.drop_fields.fields names a, which no event has",
            "connbeat.yml:2: processors.drop_fields.when.equals.b names b, which no event has",
            "connbeat.yml:3: the processor c doesn't exist; expected drop_event, drop_fields or include_fields"],
        _directory.Faults("processors:\n- drop_fields: {fields: [a], when: {equals: {b: 1}}}\n- c: {}").Order());

    [Theory]
    [InlineData("add_cloud_metadata:",
        "processors.add_cloud_metadata has no effect: connbeat asks no cloud about its host; set fields to what you want told of it")]
    [InlineData("decode_json_fields: {fields: [inner], max_depth: 2}",
        "processors.decode_json_fields has no effect: no field of connbeat's events holds JSON as text")]
    [InlineData("drop_event:", "processors.drop_event has no when: no event is sent but those of the agent itself")]
    [InlineData("drop_fields: {fields: [type]}", "processors.drop_fields.fields names type, but type can't be dropped and stays")]
    [InlineData("drop_fields: {fields: [gap.count]}", "processors.drop_fields.fields names gap.count, but gap can't be dropped and stays")]
    [InlineData("drop_fields: {fields: [event.start, beat]}",
        "processors.drop_fields.fields names beat, but beat.ephemeral_id can't be dropped and stays")]
    [InlineData("drop_fields: {fields: [process.pid]}",
        "processors.drop_fields.fields names process.pid, which events in the schema that is sent do not have")]
    public void What_does_less_than_it_seems_to_is_worth_a_warning(string item, string warning) =>
        Assert.Equal([$"connbeat.yml:2: {warning}"], _directory.Warnings($"processors:\n- {item}"));

    [Fact]
    public void A_field_of_the_schema_that_is_sent_is_worth_none() =>
        Assert.Empty(_directory.Warnings("connbeat.schema: ecs\nprocessors: [drop_fields: {fields: [process.pid]}]"));

    [Fact]
    public void Every_schema_that_an_output_sends_counts() => Assert.Empty(_directory.Warnings(
        "processors: [drop_fields: {fields: [process.pid, local_port]}]\noutput: { console: {}, file: { path: /tmp, schema: ecs } }"));

    [Theory]
    [InlineData("fields: {site: berlin}", "equals: {fields.site: berlin}", true)]
    [InlineData("fields: {site: berlin}", "equals: {site: berlin}", false)]
    [InlineData("fields: {site: berlin}\nfields_under_root: true", "equals: {site: berlin}", true)]
    [InlineData("fields: {rack: {row: 7}}", "range: {fields.rack.row: {gt: 5}}", true)]
    [InlineData("fields: {rack: {row: 7}}", "equals: {fields.rack: 7}", false)]
    [InlineData("fields: {mail: [a, b]}", "contains: {fields.mail: a}", true)]
    [InlineData("fields: {mail: [a, 1]}", "contains: {fields.mail: a}", false)]
    public void The_users_own_fields_can_be_named(string fields, string condition, bool isRight)
    {
        string yaml = $"{fields}\nprocessors: [drop_event: {{when: {{{condition}}}}}]";

        Assert.Equal(isRight ? 0 : 1, isRight ? _directory.Warnings(yaml).Length : _directory.Faults(yaml).Length);
    }

    [Fact]
    public void As_many_processors_of_fields_as_there_are_bits_are_taken()
    {
        string Items(int count) => "processors: [" + string.Join(", ", Enumerable.Repeat("drop_fields: {fields: [tags]}", count)) + "]";

        Assert.Equal(64, _directory.Load(Items(64)).Options.Processors.Count);
        Assert.Equal(
            ["connbeat.yml:1: processors has more than 64 drop_fields and include_fields; expected fewer"],
            _directory.Faults(Items(65)));
    }

    [Fact]
    public void Conditions_are_nested_as_deep_as_sections_may_be_and_no_deeper()
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat("{not: ", depth)) + "{equals: {type: a}}" + new string('}', depth);

        Assert.Single(_directory.Load($"processors: [drop_event: {{when: {Nested(25)}}}]").Options.Processors);
        Assert.Equal(
            ["connbeat.yml:1: nested deeper than 32 levels"], _directory.Faults($"processors: [drop_event: {{when: {Nested(40)}}}]"));
    }

    [Fact]
    public void A_list_can_be_given_on_the_command_line()
    {
        LoadedConfig loaded = _directory.Load("tags: []", $"processors=[{{drop_event: {{{Equal}}}}}]");

        Assert.IsType<ProcessorOptions.DropEvent>(Assert.Single(loaded.Options.Processors));
    }
}
