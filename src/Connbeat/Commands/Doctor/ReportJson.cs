using System.Text.Encodings.Web;
using System.Text.Json;

namespace Connbeat.Commands.Doctor;

/// <summary>
/// Findings for programs, in the order of the subjects:
/// <c>{"version", "checks": [{"name", "status", "says", "costs": [], "mend": []}]}</c>.
/// </summary>
internal static class ReportJson
{
    private static readonly JsonWriterOptions Options =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one object and a line feed.</summary>
    public static void Write(IReadOnlyList<Finding> findings, Stream to)
    {
        using (Utf8JsonWriter json = new(to, Options))
        {
            json.WriteStartObject();
            json.WriteString("version", Product.Version);
            json.WriteStartArray("checks");
            foreach (Finding finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("name", finding.Name);
                json.WriteString("status", Report.NameOf(finding.Status));
                json.WriteString("says", finding.Says);
                WriteTexts(json, "costs", finding.Costs);
                WriteTexts(json, "mend", finding.Mend);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        to.WriteByte((byte)'\n');
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
