namespace Connbeat.Outputs.Elasticsearch;

/// <summary>What came of asking.</summary>
/// <param name="Status">The status of the answer; 0 where there was none, or none that came whole.</param>
/// <param name="Body">What the answer says; empty where there was none.</param>
/// <param name="Words">Where it is not 2xx: what happened, in words that hold no secret and nothing of an event.</param>
/// <param name="After">How long the server wants to be left alone; null where it does not say.</param>
internal readonly record struct ElasticAnswer(
    int Status, ReadOnlyMemory<byte> Body, string Words = "", TimeSpan? After = null)
{
    /// <summary>True where it was done.</summary>
    public bool IsGood => Status is >= 200 and < 300;

    /// <summary>What the answer says is wrong; null where it says so in no way that is known.</summary>
    public ElasticError? Error => ElasticError.Read(Body.Span);
}
