using Connbeat.Config;

namespace Connbeat.Tests.Config;

/// <summary>Settings that say, for each event, where it goes.</summary>
public sealed class RoutesTests
{
    private static readonly Dictionary<string, object?> Own = new() { ["site"] = "berlin", ["mail"] = new List<object?> { "a@b" } };

    [Theory]
    [InlineData("connbeat")]
    [InlineData("%{[type]}")]
    [InlineData("a-%{[local_process.user]:nobody}-%{+yyyy.MM.dd}")]
    [InlineData("%{[fields.site]}%{[container.labels.com.example.x]:}")]
    [InlineData("100% {}")]
    public void A_format_is_what_was_written(string format)
    {
        (ConfigSection section, ConfigReading reading) = Read($"topic: '{format}'");

        Assert.Equal(FormatString.Parse(format), section.Format("topic", FormatString.Parse("x"), Fields()));
        Assert.Empty(reading.Faults);
        Assert.Equal([new EffectiveSetting("topic", YamlText.Of(format))], reading.Effective);
    }

    [Fact]
    public void Where_nothing_is_written_the_default_holds()
    {
        (ConfigSection section, _) = Read("topic:");

        Assert.Equal("x", section.Format("topic", FormatString.Parse("x"), Fields()).Text);
        Assert.Null(section.Format("key", Fields()));
    }

    [Theory]
    [InlineData("[a]", "topic is a list; expected text, in which %{[field]} and %{+yyyy.MM.dd} may stand")]
    [InlineData("''", "topic is ''; expected text, in which %{[field]} and %{+yyyy.MM.dd} may stand")]
    [InlineData("'%{[type]'", "topic has %{ without }")]
    [InlineData("'%{type}'", "topic has %{type}; expected %{[field]}, %{[field]:text} or %{+yyyy.MM.dd}")]
    [InlineData("'%{[type]x}'", "topic has %{[type]x}; expected %{[field]}, %{[field]:text} or %{+yyyy.MM.dd}")]
    [InlineData("'%{[]}'", "topic has %{[]}; expected %{[field]}, %{[field]:text} or %{+yyyy.MM.dd}")]
    [InlineData("'%{}'", "topic has %{}; expected %{[field]}, %{[field]:text} or %{+yyyy.MM.dd}")]
    [InlineData("'%{+yyyy''}'", "topic has a date that has a quote that does not end")]
    [InlineData("'%{[locl_port]}'", "topic names locl_port, which no event has that is sent there; did you mean local_port?")]
    [InlineData("'%{[source.port]}'", "topic names source.port, which no event has that is sent there")]
    [InlineData("'%{[beat]}'", "topic names beat, which is a section; expected a field in it")]
    [InlineData("'%{[beat.local_ips]}'", "topic names beat.local_ips, which is a list; expected a field with one value")]
    [InlineData("'%{[fields.mail]:x}'", "topic names fields.mail, which is a list; expected a field with one value")]
    [InlineData("'${NOWHERE}'", "topic is '${NOWHERE}': environment variable NOWHERE is not set and there is no default")]
    public void What_is_no_format_is_told(string written, string fault)
    {
        (ConfigSection section, ConfigReading reading) = Read($"\ntopic: {written}");

        Assert.Equal("x", section.Format("topic", FormatString.Parse("x"), Fields()).Text);
        Assert.Equal([$"connbeat.yml:2: {fault}"], reading.Faults.Select(one => one.ToString()));
    }

    [Fact]
    public void Rules_are_what_was_written()
    {
        const string Rules =
            "[{topic: web, when: {equals: {local_port: \"443\"}}}, " +
            "{topic: \"%{[fields.site]}\", mappings: {berlin: one, a.b: two}, default: other}]";
        (ConfigSection section, ConfigReading reading) = Read($"topics: {Rules}");

        IReadOnlyList<RouteRule> rules = section.Rules("topics", "topic", Fields());

        Assert.Empty(reading.Faults);
        Assert.Equal([new EffectiveSetting("topics", Rules)], reading.Effective);
        Assert.Equal(new Dictionary<string, string> { ["berlin"] = "one", ["a.b"] = "two" }, rules[1].Mappings);
        Assert.Equal(Read($"topics: {Rules}").Section.Rules("topics", "topic", Fields()), rules);
        Assert.NotEqual(rules[1], rules[1] with { Default = null });
    }

    [Theory]
    [InlineData("topics: web", "1: topics is 'web'; expected a list of rules, each with topic")]
    [InlineData("topics: [web]", "1: topics has an item that is 'web'; expected rules with topic, when, mappings and default")]
    [InlineData("topics:\n- when.equals.local_port: 1", "2: topics has a rule without topic; expected text, in which %{[field]} and %{+yyyy.MM.dd} may stand")]
    [InlineData("topics:\n- topic: a\n  index: b", "3: topics.index is not a setting of connbeat; expected topic, when, mappings and default")]
    [InlineData("topics:\n- topic: '%{[x]}'", "2: topics.topic names x, which no event has that is sent there")]
    [InlineData("topics:\n- topic: a\n  when.equals.source.port: 1", "3: topics.when.equals.source.port names source.port, which no event has")]
    [InlineData("topics:\n- topic: a\n  mappings: b", "3: topics.mappings is 'b'; expected a section of values and what stands for each")]
    [InlineData("topics:\n- topic: a\n  mappings: { b: [] }", "3: topics.mappings.b is an empty list; expected text")]
    [InlineData("topics:\n- topic: a\n  default: {}", "3: topics.default is a section; expected text")]
    public void What_is_no_rule_is_told(string yaml, string fault)
    {
        (ConfigSection section, ConfigReading reading) = Read(yaml);

        Assert.Empty(section.Rules("topics", "topic", Fields()));
        Assert.Equal([$"connbeat.yml:{fault}"], reading.Faults.Select(one => one.ToString()));
    }

    private static EventFields Fields() => new([EventSchema.Connbeat], [EventSchema.Connbeat], Own, ownAreAtTheRoot: false);

    private static (ConfigSection Section, ConfigReading Reading) Read(string yaml)
    {
        ConfigReading reading = new(_ => null);
        ConfigMap root = YamlTree.ReadFile("connbeat.yml", yaml, []) ?? throw new InvalidDataException(yaml);
        return (reading.Open(root), reading);
    }
}
