namespace Connbeat.Tests.Config;

/// <summary>Each setting given a wrong type, a value out of range and a slip of the pen; always in line 3.</summary>
public sealed class FaultTableTests : IDisposable
{
    private readonly ConfigDirectory _directory = new();

    public static TheoryData<string, string, string> Rows =>
        [.. FaultTable.Rows.Select(row => new TheoryDataRow<string, string, string>(row.Setting, row.Written, row.Told))];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_mistake_is_told_with_its_line_and_with_what_was_expected(string setting, string written, string told) =>
        Assert.Equal([told], _directory.Faults(Beside(setting) + written));

    /// <summary>A setting that is added needs its rows.</summary>
    [Fact]
    public void Every_setting_that_is_read_is_in_the_table_and_no_other() =>
        Assert.Equal(FaultTable.Asked.Order(), FaultTable.Rows.Select(row => row.Setting).Distinct().Order());

    [Fact]
    public void Every_setting_is_misspelt_once_and_meant()
    {
        foreach (IGrouping<string, FaultRow> rows in FaultTable.Rows.GroupBy(row => row.Setting))
        {
            FaultRow misspelt = Assert.Single(rows, row => row.IsMisspelt);
            Assert.EndsWith($"; did you mean {rows.Key}?", misspelt.Told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_setting_has_a_value_of_a_wrong_type_and_where_it_has_a_range_one_beside_it()
    {
        foreach (IGrouping<string, FaultRow> rows in FaultTable.Rows.Where(row => !row.IsMisspelt).GroupBy(row => row.Setting))
        {
            Assert.True(rows.Count() > (rows.Any(row => row.HasRange) ? 1 : 0), rows.Key);
        }

        Assert.Equal(
            FaultTable.Rows.Select(row => row.Setting).Distinct(),
            FaultTable.Rows.Where(row => !row.IsMisspelt).Select(row => row.Setting).Distinct());
    }

    /// <summary>Two lines that say what a section has to have for the setting to be its only fault.</summary>
    private static string Beside(string setting) => setting switch
    {
        "output.file.path" or "output.http.hosts" or "output.elasticsearch.hosts" or "output.kafka.hosts" or "setup.kibana.host" => "# 1\n# 2\n",
        _ when setting.StartsWith("output.file.", StringComparison.Ordinal) => "# 1\noutput.file.path: /tmp\n",
        _ when setting.StartsWith("output.http.", StringComparison.Ordinal) => "# 1\noutput.http.hosts: a\n",
        _ when setting.StartsWith("output.elasticsearch.", StringComparison.Ordinal) => "# 1\noutput.elasticsearch.hosts: a\n",
        _ when setting.StartsWith("output.kafka.", StringComparison.Ordinal) => "# 1\noutput.kafka.hosts: a\n",
        _ when setting.StartsWith("setup.kibana.", StringComparison.Ordinal) => "# 1\nsetup.kibana.host: a\n",
        _ => "# 1\n# 2\n",
    };
}
