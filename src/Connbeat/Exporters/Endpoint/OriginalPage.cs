using System.Net;
using Connbeat.Exporters.Exposition;
using Microsoft.AspNetCore.Http;

namespace Connbeat.Exporters.Endpoint;

/// <summary>How a program serves its metrics that connbeat takes the place of.</summary>
/// <param name="Path">Where they are.</param>
/// <param name="IsAlsoBelow">True where they are at every path below it too.</param>
/// <param name="Title">What the page is called that leads to them from every other path; null where there is none.</param>
internal sealed record OriginalPage(string Path = "/metrics", bool IsAlsoBelow = false, string? Title = null)
{
    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="collector">What has the metrics.</param>
    /// <param name="patience">How long they may take.</param>
    public Task AnswerAsync(HttpContext context, GuardedCollector collector, TimeSpan patience)
    {
        if (IsHere(context.Request.Path))
        {
            return MetricsAnswer.SendAsync(context, page => WriteAsync(page, collector, patience));
        }

        if (Title is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "text/html; charset=UTF-8";
        return context.Response.WriteAsync(
            $"""
            <html>
            <head><title>{Title}</title></head>
            <body>
            <h1>{Title}</h1>
            <p><a href="{WebUtility.HtmlEncode(Path)}">Metrics</a></p>
            </body>
            </html>

            """);
    }

    private bool IsHere(PathString path) => IsAlsoBelow
        ? path.StartsWithSegments(Path)
        : path.Value?.TrimEnd('/') == Path.TrimEnd('/');

    private static async Task<bool> WriteAsync(MetricsPage page, GuardedCollector collector, TimeSpan patience)
    {
        ReadOnlyMemory<byte>? families =
            await collector.WriteAsync(page, static (collector, page) => collector.WriteOriginal(page), patience);
        page.Append(families.GetValueOrDefault().Span);
        return families is not null;
    }
}
