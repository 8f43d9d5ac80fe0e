namespace Connbeat.Outputs;

/// <summary>How long a web server wants to be left alone: Retry-After, in seconds or as a date; RFC 9110, section 10.2.3.</summary>
internal static class RetryAfter
{
    /// <summary>Longer than this nobody is left alone: a server may be wrong, and events wait.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>What the answer asks for; null where it asks for nothing.</summary>
    public static TimeSpan? Of(HttpResponseMessage answer, TimeProvider time)
    {
        TimeSpan? after = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => null,
        };
        return after > Longest ? Longest : after > TimeSpan.Zero ? after : null;
    }
}
