using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Connbeat.Commands.Doctor;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class ReportTests
{
    private static readonly Finding[] Mixed =
    [
        new("output", Status.Broken, "standard output is closed") { Costs = ["nobody reads"], Mend = ["connbeat >file"] },
        Finding.Ok("kernel", "Linux 6.18"),
        new("receive buffer", Status.Degraded, "4 MiB instead of 32 MiB") { Costs = ["one", "two"] },
        new("bpf", Status.Note, "none"),
        new("conntrack", Status.Note, "none"),
        Finding.Ok("user", "root"),
    ];

    [Fact]
    public void The_worst_comes_last_and_columns_are_aligned() => Assert.Equal(
        """
        ok        kernel          Linux 6.18
        ok        user            root
        note      bpf             none
        note      conntrack       none
        degraded  receive buffer  4 MiB instead of 32 MiB
                    costs         one
                    costs         two
        broken    output          standard output is closed
                    costs         nobody reads
                    mend          connbeat >file

        1 broken, 1 degraded, 2 notes, 2 ok: connbeat cannot do what its configuration asks for.

        """,
        Written(coloured: false, Mixed));

    [Fact]
    public void The_summary_says_how_it_stands()
    {
        Assert.EndsWith("\n\n1 ok: connbeat runs as its configuration asks.\n", Written(false, Mixed[1]));
        Assert.EndsWith("\n\n1 note, 1 ok: connbeat runs as its configuration asks.\n", Written(false, Mixed[1], Mixed[3]));
        Assert.EndsWith("\n\n1 degraded: connbeat runs, and tells less than it could.\n", Written(false, Mixed[2]));
    }

    [Fact]
    public void What_comes_from_elsewhere_cannot_speak_to_the_terminal()
    {
        string written = Written(
            coloured: false,
            new Finding("a", Status.Note, "\e[2Jevil\r\n\u009b") { Costs = ["co\u0007st"], Mend = ["rm\n -rf"] });

        Assert.Contains("?[2Jevil???", written, StringComparison.Ordinal);
        Assert.Contains("co?st", written, StringComparison.Ordinal);
        Assert.Contains("rm? -rf", written, StringComparison.Ordinal);
        Assert.DoesNotContain(written.Replace("\n", "", StringComparison.Ordinal), letter => char.IsControl(letter));
    }

    [Fact]
    public void Colours_change_nothing_but_the_colour()
    {
        string coloured = Written(coloured: true, Mixed);

        Assert.Contains("\e[31mbroken\e[0m", coloured, StringComparison.Ordinal);
        Assert.Equal(Written(coloured: false, Mixed), Regex.Replace(coloured, "\e\\[[0-9]+m", ""));
    }

    [Fact]
    public void Programs_get_all_of_it_in_the_order_of_the_subjects()
    {
        using JsonDocument document = JsonDocument.Parse(WrittenJson(Mixed));

        Assert.Equal(Product.Version, document.RootElement.GetProperty("version").GetString());
        JsonElement checks = document.RootElement.GetProperty("checks");
        Assert.Equal(
            ["broken", "ok", "degraded", "note", "note", "ok"],
            checks.EnumerateArray().Select(check => check.GetProperty("status").GetString()));
        Assert.Equal(
            """{"name":"receive buffer","status":"degraded","says":"4 MiB instead of 32 MiB","costs":["one","two"],"mend":[]}""",
            JsonSerializer.Serialize(checks[2]));
    }

    [Fact]
    public void Programs_get_no_control_characters_either()
    {
        string json = WrittenJson(new Finding("a", Status.Note, "\e[2J \u009b \"quoted\" 'and' <so> on"));

        Assert.DoesNotContain(json.Replace("\n", "", StringComparison.Ordinal), letter => char.IsControl(letter));
        Assert.Contains(@"\""quoted\"" 'and' <so> on", json, StringComparison.Ordinal);
    }

    private static string Written(bool coloured, params Finding[] findings)
    {
        using StringWriter text = new() { NewLine = "\n" };
        Report.Write(findings, text, coloured);
        return text.ToString();
    }

    private static string WrittenJson(params Finding[] findings)
    {
        using MemoryStream stream = new();
        ReportJson.Write(findings, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
