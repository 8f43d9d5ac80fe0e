using System.Text;
using Connbeat.Tests.Outputs.Http;

namespace Connbeat.Tests.Outputs.Elasticsearch;

/// <summary>A server on loopback that stores by the rules of <see cref="StrictBulk"/>, and what else it is told to say.</summary>
internal sealed class ElasticServer : IAsyncDisposable
{
    private readonly Lock _gate = new();

    public ElasticServer() => Web.Otherwise = async (request, to, stop) =>
    {
        (int status, string body) = Answer(request);
        return await WebServer.Status(status, body, "X-elastic-product: Elasticsearch\r\nContent-Type: application/json\r\n")(
            request, to, stop);
    };

    public WebServer Web { get; } = new();

    public StrictBulk Bulk { get; } = new();

    public string Url => Web.Url;

    /// <summary>Answers to other requests, by method and path; 404 where there is none.</summary>
    public Dictionary<string, (int Status, string Body)> Others { get; } = [];

    /// <summary>Does what a request asks, and then says something else.</summary>
    public WebServer.Answer StoresAndThen(WebServer.Answer says) => (request, to, stop) =>
    {
        Answer(request);
        return says(request, to, stop);
    };

    /// <summary>Does what a request asks, and lets only the beginning of its answer out.</summary>
    public WebServer.Answer StoresAndBreaksOff(double share, bool isWhole = false) => async (request, to, stop) =>
    {
        byte[] body = Encoding.UTF8.GetBytes(Answer(request).Body);
        byte[] sent = body[..(int)(body.Length * share)];
        int length = isWhole ? sent.Length : body.Length;
        await to.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"), stop);
        await to.WriteAsync(sent, stop);
        return isWhole;
    };

    public ValueTask DisposeAsync() => Web.DisposeAsync();

    private (int Status, string Body) Answer(WebRequest request)
    {
        lock (_gate)
        {
            string[] line = request.Line.Split(' ');
            string path = line[1].Split('?')[0];
            return path.EndsWith("/_bulk", StringComparison.Ordinal)
                ? Bulk.Answer(request)
                : Others.GetValueOrDefault($"{line[0]} {path}", (404, """{"error":"not found","status":404}"""));
        }
    }
}
