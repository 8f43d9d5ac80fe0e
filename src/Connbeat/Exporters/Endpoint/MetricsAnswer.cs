using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using Connbeat.Exporters.Exposition;
using Microsoft.AspNetCore.Http;

namespace Connbeat.Exporters.Endpoint;

/// <summary>Answers a scrape: in the format that the client prefers, compressed where it asks for that.</summary>
internal static class MetricsAnswer
{
    private const string PrometheusType = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>Writes a page and sends it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="write">Writes the families. Where it returns false nothing is sent but 503.</param>
    public static async Task SendAsync(HttpContext context, Func<MetricsPage, Task<bool>> write)
    {
        bool open = PrefersOpenMetrics(context.Request.Headers.Accept);
        ArrayBufferWriter<byte> page = new(16 * 1024);
        MetricsPage metrics = new(page, open ? ExpositionFormat.OpenMetrics : ExpositionFormat.Prometheus);
        HttpResponse response = context.Response;
        if (!await write(metrics))
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        metrics.End();
        response.ContentType = open ? OpenMetricsType : PrometheusType;
        response.Headers.Vary = "Accept, Accept-Encoding";
        if (TakesGzip(context.Request.Headers.AcceptEncoding))
        {
            response.Headers.ContentEncoding = "gzip";
            await using GZipStream compressed = new(response.Body, CompressionLevel.Fastest, leaveOpen: true);
            await compressed.WriteAsync(page.WrittenMemory, context.RequestAborted);
            return;
        }

        response.ContentLength = page.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(page.WrittenMemory, context.RequestAborted);
        }
    }

    /// <summary>True where OpenMetrics is asked for, and plain text not more so.</summary>
    private static bool PrefersOpenMetrics(IEnumerable<string?> accepted)
    {
        double open = 0, plain = 0;
        foreach ((string type, double quality) in Preferences(accepted))
        {
            open = type == "application/openmetrics-text" ? Math.Max(open, quality) : open;
            plain = type is "text/plain" ? Math.Max(plain, quality) : plain;
        }

        return open > 0 && open >= plain;
    }

    private static bool TakesGzip(IEnumerable<string?> accepted) =>
        Preferences(accepted).Any(wanted => wanted is { Name: "gzip", Quality: > 0 });

    private static IEnumerable<(string Name, double Quality)> Preferences(IEnumerable<string?> header)
    {
        foreach (string item in header.SelectMany(line => (line ?? "").Split(',')))
        {
            string[] parts = item.Split(';', StringSplitOptions.TrimEntries);
            string? quality = Array.Find(parts, part => part.StartsWith("q=", StringComparison.OrdinalIgnoreCase));
            bool isUnderstood = double.TryParse(
                quality?[2..], CultureInfo.InvariantCulture, out double value);
            yield return (parts[0].ToLowerInvariant(), quality is null ? 1 : isUnderstood ? value : 0);
        }
    }
}
