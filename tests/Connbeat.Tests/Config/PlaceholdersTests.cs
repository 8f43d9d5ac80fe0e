using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class PlaceholdersTests : IDisposable
{
    private readonly ConfigDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("plain $ { } text", "plain $ { } text")]
    [InlineData("${SITE}", "berlin")]
    [InlineData("a-${SITE}-${RACK:7}.b", "a-berlin-7.b")]
    [InlineData("${EMPTY:x}", "x")]
    [InlineData("${NONE:}", "")]
    [InlineData("${NONE:http://a:80}", "http://a:80")]
    [InlineData("$${SITE}", "${SITE}")]
    [InlineData("$$${SITE}", "$${SITE}")]
    [InlineData("${NONE:${SITE}}", "berlin")]
    [InlineData("${NONE:a-${RACK:${SITE}}-b}", "a-berlin-b")]
    [InlineData("${SITE:${NONE}}", "berlin")]
    [InlineData("${SITE:${file:/no/where}}", "berlin")]
    [InlineData("${NONE:{$}}", "{}")]
    [InlineData("${NONE:$${x$}}", "${x}")]
    [InlineData("${SITE:?tell the site}", "berlin")]
    [InlineData("${NONE:file:/no/where}", "file:/no/where")]
    public void Variables_are_replaced(string written, string expected)
    {
        Placeholders placeholders = new(name => name switch { "SITE" => "berlin", "EMPTY" => "", _ => null });

        Assert.Equal(expected, placeholders.Replace(written, out string? problem));
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("${NONE}", "environment variable NONE is not set and there is no default")]
    [InlineData("a${", "the closing } of a placeholder is missing")]
    [InlineData("${A", "the closing } of a placeholder is missing")]
    [InlineData("${A:${B:x}", "the closing } of a placeholder is missing")]
    [InlineData("${A:?b", "the closing } of a placeholder is missing")]
    [InlineData("${file:/no/where", "the closing } of a placeholder is missing")]
    [InlineData("${}", "a placeholder names nothing; expected ${NAME}, ${NAME:default} or ${file:/path}")]
    [InlineData("${A:?tell A}", "environment variable A is not set: tell A")]
    [InlineData("${A:${B}}", "environment variable B is not set and there is no default")]
    [InlineData("${path.data}/x", "environment variable path.data is not set; a placeholder can't stand for another setting")]
    [InlineData("${file:/dev/zero}", "file /dev/zero: larger than 1MiB")]
    [InlineData("${file:${NONE:/no}/where}", "file ${NONE:/no}/where: no such file or directory")]
    [InlineData("${A:${A:${A:${A:${A:${A:${A:${A:${A:x}}}}}}}}}", "placeholders stand in each other more than 8 deep")]
    [InlineData("${file:/no/where}", "file /no/where: no such file or directory")]
    [InlineData("${file:/}", "file /: is a directory")]
    [InlineData("${file:}", "file : no such file or directory")]
    public void What_can_not_be_replaced_is_told(string written, string expected)
    {
        Assert.Null(new Placeholders(_ => null).Replace(written, out string? problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Nesting_without_end_costs_no_stack()
    {
        string written = string.Concat(Enumerable.Repeat("${A:", 200_000));

        Assert.Null(new Placeholders(_ => null).Replace(written, out string? problem));
        Assert.Equal("placeholders stand in each other more than 8 deep", problem);
    }

    /// <summary>Text or a problem, for any text at all; and what was escaped comes back as it was.</summary>
    [Fact]
    public void Any_text_is_replaced_or_refused()
    {
        string[] pieces = ["$", "{", "}", "${", "$${", "$}", ":", "?", "A", "B", "x", "file:", "/no"];
        Random random = new(20_26);
        for (int round = 0; round < 50_000; round++)
        {
            string written = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            Placeholders placeholders = new(name => name == "A" ? "a" : null);

            Assert.True(placeholders.Replace(written, out string? problem) is null == problem is not null, written);
            Assert.Equal(written, placeholders.Replace(Placeholders.Escape(written), out _));
        }
    }

    [Fact]
    public void A_file_gives_its_content_without_the_space_around_it()
    {
        _directory.Write("secret", " s3cret\r\n");

        Assert.Equal("s3cret", _directory.Load($"name: ${{file:{_directory.PathOf("secret")}}}").Options.Name);
    }

    [Fact]
    public void Values_are_replaced_after_the_file_is_read_so_they_can_not_add_settings()
    {
        _directory.Environment["EVIL"] = "a\nqueue.memory.events: 1 # ]";

        AgentOptions options = _directory.Load("name: ${EVIL}\ntags: ['${EVIL}']").Options;

        Assert.Equal(_directory.Environment["EVIL"], options.Name);
        Assert.Equal([_directory.Environment["EVIL"]], options.Tags);
    }

    [Fact]
    public void Typed_settings_and_fields_take_placeholders_too()
    {
        _directory.Environment["N"] = "17";

        AgentOptions options = _directory
            .Load("queue.memory.events: ${N}\nfields: { a: '${N}', b: '${N:}x' }\nfields.c: ${N}").Options;

        Assert.Equal(17, options.Queue.Events);
        Assert.Equal("17", options.Fields["a"]);
        Assert.Equal("17x", options.Fields["b"]);
        Assert.Equal(17L, options.Fields["c"]);
    }

    [Fact]
    public void A_fault_shows_the_placeholder_and_never_what_it_stands_for()
    {
        _directory.Environment["PASSWORD"] = "hunter2";
        _directory.Write("secret", "hunter2");

        string[] faults = _directory.Faults($$"""
            queue.memory.events: ${PASSWORD}
            logging.json: ${file:{{_directory.PathOf("secret")}}}
            name: ${NONE}
            fields: { a: [ '${NONE}' ] }
            """);

        Assert.Equal(
            [
                "connbeat.yml:1: queue.memory.events is '${PASSWORD}'; expected a whole number from 16 to 16777216",
                "connbeat.yml:2: logging.json is '${file:secret}'; expected true or false",
                "connbeat.yml:3: name is '${NONE}': environment variable NONE is not set and there is no default",
                "connbeat.yml:4: fields.a is '${NONE}': environment variable NONE is not set and there is no default",
            ],
            faults);
    }

    [Theory]
    [InlineData("connbeat.state: [joe:hunter2@a]")]
    [InlineData("connbeat.source: 'http://joe:hunter2@a'")]
    [InlineData("connbeat.source: 'collector?key=hunter2'")]
    [InlineData("output: hunter2@collector")]
    [InlineData("output.http: { hosts: [a], password: [hunter2], headers: { 'a b': hunter2 }, bearer_token: 'a hunter2' }")]
    [InlineData("output.http: { hosts: ['joe:hunter2/x@a'], parameters: hunter2, path: '/a?key=hunter2', token: hunter2 }")]
    [InlineData("output.http:\n  password:hunter2")]
    [InlineData("output.http:\n  hosts: [a]\n  password:hunter2")]
    [InlineData("output.http:\n  password hunter2\n  hosts: [a]")]
    [InlineData("output.http:\n  password=hunter2\n")]
    [InlineData("output.http:\n  password: @hunter2\n")]
    [InlineData("output.http:\n  password: *hunter2\n")]
    [InlineData("output.http:\n  password: !hunter2\n")]
    [InlineData("output.http:\n  password: \"hunter2\n")]
    [InlineData("output.http:\n  password: \"hunter2\\q\"\n")]
    [InlineData("output.http:\n  password: a: hunter2\n")]
    [InlineData("password hunter2")]
    [InlineData("hosts: ${NONE:?s}hunter2")]
    public void A_fault_says_nothing_of_what_may_be_a_secret(string yaml) =>
        Assert.All(_directory.Faults(yaml), fault => Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal));

    [Fact]
    public void What_is_overridden_needs_no_variable() =>
        Assert.Equal("b", _directory.Load("name: ${NONE}", "name=b").Options.Name);
}
