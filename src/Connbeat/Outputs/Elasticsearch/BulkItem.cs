namespace Connbeat.Outputs.Elasticsearch;

/// <summary>What became of one event of a request.</summary>
/// <param name="Status">As of a request of its own.</param>
/// <param name="Error">What is wrong; null where it does not say.</param>
internal readonly record struct BulkItem(int Status, ElasticError? Error)
{
    /// <summary>What the status means: where it is about who asks or about the index, not about the event, it is not lost.</summary>
    public BulkVerdict Verdict => Status switch
    {
        >= 200 and < 300 => BulkVerdict.Stored,
        409 => BulkVerdict.Stored, // Conflict: an event of that id is there already, and the same event has the same id
        408 or 429 or >= 500 => BulkVerdict.Later, // Request Timeout, Too Many Requests
        401 or 403 or 404 => BulkVerdict.Later, // security_exception, cluster_block_exception, index_not_found_exception
        _ when LacksPipeline => BulkVerdict.Later,
        _ => BulkVerdict.Rejected,
    };

    /// <summary>Why, in words that hold nothing of the event.</summary>
    public string Words => Error is { } error ? $"{error}" : $"status {Status}";

    private bool LacksPipeline =>
        Error is { } error && error.Reason.StartsWith("pipeline with id [", StringComparison.Ordinal) &&
        error.Reason.EndsWith("] does not exist", StringComparison.Ordinal);
}

/// <summary>What becomes of an event after a request.</summary>
internal enum BulkVerdict
{
    /// <summary>It is stored.</summary>
    Stored,

    /// <summary>It may be stored another time.</summary>
    Later,

    /// <summary>It will never be stored.</summary>
    Rejected,
}
