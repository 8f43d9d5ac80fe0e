using System.Text;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>The body of a request.</summary>
/// <param name="Bytes">What is sent.</param>
/// <param name="Type">What that is.</param>
/// <param name="IsGzip">True where it is compressed.</param>
internal readonly record struct ElasticContent(ReadOnlyMemory<byte> Bytes, string Type, bool IsGzip = false)
{
    /// <summary>True for a form, which Kibana takes only with a header that no page of another site could send.</summary>
    public bool IsForm => Type.StartsWith("multipart/form-data", StringComparison.Ordinal);

    /// <summary>JSON.</summary>
    public static ElasticContent OfJson(string json) => new(Encoding.UTF8.GetBytes(json), ElasticClient.Json);
}
