using Connbeat.Exporters.Exposition;
using Microsoft.AspNetCore.Http;

namespace Connbeat.Exporters.Endpoint;

/// <summary>The pages of a connbeat that runs: all metrics, whether it is well, and one that leads to them.</summary>
/// <param name="collectors">What has metrics.</param>
/// <param name="isReady">Whether it does what it is there for, and what it lacks.</param>
/// <param name="connections">What is connected; null where nobody can tell.</param>
/// <param name="patience">How long the metrics may take.</param>
internal sealed class MainPages(
    IReadOnlyList<GuardedCollector> collectors,
    Func<(bool IsReady, string Words)> isReady,
    ConnectionsPages? connections,
    TimeSpan patience)
{
    /// <summary>Answers a request.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
            return Task.CompletedTask;
        }

        (bool ready, string words) = isReady();
        return context.Request.Path.Value switch
        {
            "/metrics" => MetricsAnswer.SendAsync(context, WriteAllAsync),
            "/api/connections" when connections is not null => connections.AnswerAsync(context),
            "/health" => SayAsync(context, StatusCodes.Status200OK, "text/plain", "ok\n"),
            "/ready" => SayAsync(
                context, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, "text/plain", words + "\n"),
            "/" => SayAsync(context, StatusCodes.Status200OK, "text/html",
                """
                <!DOCTYPE html>
                <html lang="en">
                <head><title>connbeat</title></head>
                <body>
                <h1>connbeat</h1>
                <p><a href="/metrics">metrics</a> <a href="/api/connections">connections</a> <a href="/health">health</a> <a href="/ready">ready</a></p>
                </body>
                </html>

                """),
            _ => SayAsync(context, StatusCodes.Status404NotFound, "text/plain", "there is no such page; / leads to those that there are\n"),
        };
    }

    private static Task SayAsync(HttpContext context, int status, string type, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = $"{type}; charset=utf-8";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(text);
    }

    /// <summary>A collector that fails costs its own families, and says so.</summary>
    private async Task<bool> WriteAllAsync(MetricsPage page)
    {
        ReadOnlyMemory<byte>?[] families = await Task.WhenAll(collectors.Select(collector =>
            collector.WriteAsync(page, static (collector, page) => collector.Write(page), patience)));
        foreach (ReadOnlyMemory<byte>? written in families)
        {
            page.Append(written.GetValueOrDefault().Span);
        }

        page.Family("connbeat_collector_up", MetricType.Gauge, "1 where a collector could tell its metrics, else 0.");
        for (int i = 0; i < families.Length; i++)
        {
            page.Sample().Label("collector", collectors[i].Name).Value(families[i] is null ? 0 : 1);
        }

        return true;
    }
}
