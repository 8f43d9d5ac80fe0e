using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Connbeat.Exporters.Exposition;

/// <summary>
/// Writes metrics family by family, in the text format of Prometheus (prometheus.io/docs/instrumenting/exposition_formats)
/// or as OpenMetrics 1.0 (the OpenMetrics specification). Names and labels are written as they are: they are the program's;
/// values of labels are escaped.
/// </summary>
/// <param name="to">Takes the page, in UTF-8.</param>
/// <param name="format">How it is written.</param>
internal sealed class MetricsPage(IBufferWriter<byte> to, ExpositionFormat format)
{
    private string _name = "";
    private bool _inLabels;

    /// <summary>Begins a family; its samples follow.</summary>
    /// <param name="name">The name, with <c>_total</c> or <c>_info</c> where the type has it.</param>
    /// <param name="type">What it is.</param>
    /// <param name="help">What it tells, in one line.</param>
    public void Family(string name, MetricType type, string help)
    {
        bool open = format is ExpositionFormat.OpenMetrics;
        string family = open ? WithoutSuffix(name, type) : name;
        Write("# HELP ");
        Write(family);
        Write(" ");
        Escape(help, quotes: open);
        Write("\n# TYPE ");
        Write(family);
        Write(type switch
        {
            MetricType.Gauge => " gauge\n",
            MetricType.Counter => " counter\n",
            MetricType.LegacyCounter => open ? " unknown\n" : " counter\n",
            _ => open ? " info\n" : " gauge\n",
        });
        _name = name;
    }

    /// <summary>Begins a sample of the family; its labels follow, and then its value.</summary>
    public MetricsPage Sample()
    {
        Write(_name);
        return this;
    }

    /// <summary>A label of the sample.</summary>
    public MetricsPage Label(string name, string value)
    {
        BeginLabel(name);
        Escape(value, quotes: true);
        Write("\"");
        return this;
    }

    /// <summary>A label of the sample whose value needs no escaping.</summary>
    public MetricsPage Label(string name, ReadOnlySpan<byte> value)
    {
        BeginLabel(name);
        to.Write(value);
        Write("\"");
        return this;
    }

    /// <summary>Ends the sample.</summary>
    public void Value(long value)
    {
        EndLabels();
        Span<byte> span = to.GetSpan(24);
        Utf8Formatter.TryFormat(value, span, out int written);
        span[written++] = (byte)'\n';
        to.Advance(written);
    }

    /// <summary>Ends the sample.</summary>
    public void Value(double value)
    {
        EndLabels();
        Write(double.IsNaN(value) ? "NaN"
            : double.IsPositiveInfinity(value) ? "+Inf"
            : double.IsNegativeInfinity(value) ? "-Inf"
            : value.ToString("R", CultureInfo.InvariantCulture));
        Write("\n");
    }

    /// <summary>A page in the same format, for families that are appended whole or not at all.</summary>
    public MetricsPage Apart(IBufferWriter<byte> families) => new(families, format);

    /// <summary>Appends families that were written apart.</summary>
    public void Append(ReadOnlySpan<byte> families) => to.Write(families);

    /// <summary>Ends the page.</summary>
    public void End()
    {
        if (format is ExpositionFormat.OpenMetrics)
        {
            Write("# EOF\n");
        }
    }

    private static string WithoutSuffix(string name, MetricType type)
    {
        string suffix = type switch
        {
            MetricType.Counter => "_total",
            MetricType.Info => "_info",
            _ => "",
        };
        return name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;
    }

    private void BeginLabel(string name)
    {
        Write(_inLabels ? "," : "{");
        _inLabels = true;
        Write(name);
        Write("=\"");
    }

    private void EndLabels()
    {
        Write(_inLabels ? "} " : " ");
        _inLabels = false;
    }

    private void Escape(string text, bool quotes)
    {
        int begin = 0;
        for (int i = 0; i < text.Length; i++)
        {
            string? escaped = text[i] switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                '"' when quotes => "\\\"",
                _ => null,
            };
            if (escaped is not null)
            {
                Write(text.AsSpan(begin, i - begin));
                Write(escaped);
                begin = i + 1;
            }
        }

        Write(text.AsSpan(begin));
    }

    private void Write(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, to);
}
