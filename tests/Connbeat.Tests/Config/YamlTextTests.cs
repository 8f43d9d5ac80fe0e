using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("text", "text")]
    [InlineData("/var/lib/connbeat/state", "/var/lib/connbeat/state")]
    [InlineData("", "\"\"")]
    [InlineData("true", "\"true\"")]
    [InlineData("42", "\"42\"")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("two\nlines \"quoted\"", "\"two\\nlines \\\"quoted\\\"\"")]
    [InlineData("${HOME}", "\"$${HOME}\"")]
    public void Text_is_quoted_where_it_would_be_read_as_something_else(string text, string written) =>
        Assert.Equal(written, YamlText.Of(text));

    [Fact]
    public void Values_are_written_as_they_are_read()
    {
        Dictionary<string, object?> fields = new() { ["env"] = "prod", ["n"] = 7L, ["on"] = true, ["none"] = null };

        Assert.Equal("{env: prod, n: 7, on: true, none: null}", YamlText.Of(fields));
        List<string> list = ["a", "1"];
        Assert.Equal("[a, \"1\"]", YamlText.Of(list));
        Assert.Equal("[]", YamlText.Of(Array.Empty<string>()));
    }

    [Fact]
    public void Dotted_names_become_sections_that_stay_together()
    {
        using StringWriter text = new() { NewLine = "\n" };
        YamlText.WriteNested([("a.b.c", "1"), ("name", "x"), ("a.d", "2"), ("a.b.e", "3")], text);

        Assert.Equal("a:\n  b:\n    c: 1\n    e: 3\n  d: 2\nname: x\n", text.ToString());
    }
}
