using System.Globalization;

namespace Connbeat.Benchmarks.Macro;

/// <summary>Collects the figures and prints them as one table.</summary>
internal sealed class Report
{
    private readonly List<Figure> _figures = [];

    /// <summary>Adds a figure.</summary>
    public void Add(string what, double value, Target? target = null) => _figures.Add(new Figure(what, value, target));

    /// <summary>Says on the way what is going on: the whole takes minutes.</summary>
    public static void Note(string text) => Console.Error.WriteLine(text);

    /// <summary>Prints the table.</summary>
    public void Print(TextWriter to)
    {
        string[][] rows = [["what", "figure", "target", "met"], .. _figures.Select(Row)];
        int[] widths = [.. Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            to.WriteLine(
                $"{row[0].PadRight(widths[0])}  {row[1].PadLeft(widths[1])}  {row[2].PadRight(widths[2])}  {row[3]}".TrimEnd());
        }
    }

    private static string[] Row(Figure figure) =>
    [
        figure.What,
        figure.Value.ToString("#,0.###", CultureInfo.InvariantCulture),
        figure.Target?.ToString() ?? "",
        figure.Target?.IsMetBy(figure.Value) switch { true => "yes", false => "NO", null => "" },
    ];
}
