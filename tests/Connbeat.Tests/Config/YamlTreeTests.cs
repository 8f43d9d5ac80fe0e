using System.Text;
using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class YamlTreeTests : IDisposable
{
    private const string Alias = "anchors and aliases (& and *) are not understood; write the value out, or text in quotes";
    private const string Damage = "not valid YAML: a bracket, a quote or an escape is out of place";

    private readonly ConfigDirectory _directory = new();

    public static TheoryData<string, string> Hostile => new()
    {
        { "", "1: the file has no settings" },
        { "# nothing\n\n", "1: the file has no settings" },
        { "---\n...\n", "1: the file has no settings" },
        { "{}", "1: the file has no settings" },
        { "hunter2", "1: the file is one text; expected settings, as 'name: value'" },
        { "\n- a\n- b", "2: the file is a list; expected settings, as 'name: value'" },
        { "name: a\n---\nname: b", "2: a second document begins here; expected one" },
        { "name: a\nconnbeat:\n\tsource: auto", "3: a tab in the indentation; expected spaces" },
        { "name: a\n? [a]\n: b", "2: expected a plain name before the colon" },
        { "name: a\nqueue: { <<: 1 }", "2: merge keys (<<) are not understood; write the settings out" },
        { "name: !!binary aGk=", "1: tags (!) are not understood; write the value alone, or text in quotes" },
        { "name: a\na..b: 1", "2: 'a..b' is not a name; expected a name, or names joined by single dots" },
        { "name: a\n'': 1", "2: '' is not a name; expected a name, or names joined by single dots" },
        { "name: a\n${X}: 1", "2: ${X} is not a name; placeholders stand in values only" },
        { "fields:\n  \"${A.b}\": 1", "2: fields.${A.b} is not a name; placeholders stand in values only" },
        { "name: a\n\nname: a\0b", "3: holds the character U+0000; expected text" },
        { "name: a\u2028tags: b", "1: holds the character U+2028; expected text" },
        { "\"a\\tb\": 1", "1: a?b is not a setting of connbeat" },
        { "name: [a", "1: a bracket [ is not closed here or above, or a comma is missing" },
        { "fields: {a: b", "1: a bracket { is not closed here or above, or a comma is missing" },
        { "name: 'a\ntags: b\n", "1: a quote is not closed here or above" },
        { "connbeat:\n  state: \"a\n  source: auto", "2: a quote is not closed here or above" },
        { "name: \"C:\\q\"", "1: a \\ in double quotes begins an escape, and this is none; use single quotes, or write \\\\" },
        { "name: x\ntags: a: b", "2: a value that holds a colon and a space has to stand in quotes; a section has lines of its own" },
        { "name: x\noutput.http:\n  hosts: [a]\n  password:hunter2", "4: the space after the colon of password is missing" },
        { "connbeat.owner_wait=2s\nname: x", "1: expected a name, a colon and a space before the value" },
        { "name: x\nconnbeat.owner_wait 2s\n# so\ntags: [a]", "2: expected a name, a colon and a space before the value" },
        { "output.http: { hosts: [a], password: @abc }", "1: a text that begins with @, % or ` has to stand in quotes" },
        { "@abc", "1: a text that begins with @, % or ` has to stand in quotes" },
        { "connbeat:\n  owner_wait: 2s\n   state: a", "3: the indentation does not fit the lines above" },
        { "connbeat:\n    owner_wait: 2s\n  state: a", "3: the indentation does not fit the lines above" },
        { "name: a\n<<<<<<< HEAD\ntags: [a]\n=======\ntags: [b]\n>>>>>>> b", "2: a mark of a merge conflict" },
        { "name: a\ntags: *x", $"2: {Alias}" },
        { "name: a\ntags: &x [a]", $"2: {Alias}" },
        { "name: b\ntags: [a\n\nx: y", $"2: {Damage}" },
        { "name: b\ntags: [\"\\UFFFFFFFF\"]", $"2: {Damage}" },
        { "name: a\n}", $"2: {Damage}" },
        { "name: it's\ntags: 'it's'", $"2: {Damage}" },
    };

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Hostile))]
    public void What_is_not_settings_is_refused_with_its_line(string yaml, string message) =>
        Assert.Equal([$"connbeat.yml:{message}"], _directory.Faults(yaml));

    [Theory]
    [InlineData("fields: ", "[", 100_000)]
    [InlineData("fields: ", "{a: ", 100_000)]
    [InlineData("fields:\n  ", "- ", 100_000)]
    [InlineData("fields.a", ".a", 400_000)]
    public void Nesting_without_end_is_refused_and_costs_no_stack(string start, string again, int times)
    {
        string yaml = start + string.Concat(Enumerable.Repeat(again, times)) + ": 1";

        string fault = Assert.Single(_directory.Faults(yaml));

        Assert.Matches("^connbeat.yml:[12]: (nested deeper than 32|.* is not a name; |a name and a colon are missing)", fault);
    }

    [Fact]
    public void Nesting_of_thirty_levels_is_read()
    {
        string yaml = string.Concat(Enumerable.Repeat("{a: ", 30)) + "1" + new string('}', 30);

        Assert.Single(_directory.Load($"fields: {yaml}").Options.Fields);
    }

    [Fact]
    public void A_billion_laughs_are_not_laughed()
    {
        StringBuilder bomb = new("a0: &a0 [lol, lol]\n");
        for (int i = 1; i < 40; i++)
        {
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        }

        Assert.Equal(
            [$"connbeat.yml:1: {Alias}"],
            _directory.Faults(bomb.ToString()));
    }

    /// <summary>The whole contract of the configuration: options or a ConfigException, for any bytes at all.</summary>
    [Fact]
    public void Damaged_files_never_escape_as_another_exception()
    {
        byte[] shipped = Encoding.UTF8.GetBytes(ShippedConfig.Text);
        byte[] marks = [.. "\t\n \"'#%&*-.:<>?@[]{}|!~$,\\U0F"u8, 0x80, 0xFF];
        Random random = new(20_26);
        int refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            int start = random.Next(shipped.Length);
            byte[] damaged = shipped[start..Math.Min(start + random.Next(1, 600), shipped.Length)];
            for (int flips = random.Next(1, 5); flips > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] =
                    random.Next(2) == 0 ? marks[random.Next(marks.Length)] : (byte)random.Next(256);
            }

            _directory.Write("connbeat.yml", damaged);
            try
            {
                _directory.LoadFiles(["connbeat.yml"], []);
            }
            catch (ConfigException faulty)
            {
                refused++;
                Assert.NotEmpty(faulty.Faults);
            }
        }

        Assert.InRange(refused, 1, 20_000);
    }
}
