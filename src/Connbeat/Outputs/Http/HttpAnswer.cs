using System.Net;

namespace Connbeat.Outputs.Http;

/// <summary>What came of a request.</summary>
/// <param name="Verdict">What became of the events in it.</param>
/// <param name="Reason">Why they were not taken, in words that hold no secret; empty where they were sent and taken.</param>
/// <param name="After">How long the server wants to be left alone; null where it does not say.</param>
internal readonly record struct HttpAnswer(HttpVerdict Verdict, string Reason = "", TimeSpan? After = null)
{
    /// <summary>
    /// What a status means for the events. One that is about the address, or about who asks, is no reason to lose them: it
    /// asks for another configuration. So does a redirection, which is not followed.
    /// </summary>
    public static HttpVerdict Judge(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => HttpVerdict.Taken,
        401 or 402 or 403 or 407 => HttpVerdict.Later, // Unauthorized, Payment Required, Forbidden, Proxy Authentication Required
        404 or 405 or 410 or 421 => HttpVerdict.Later, // Not Found, Method Not Allowed, Gone, Misdirected Request
        408 or 425 or 429 => HttpVerdict.Later, // Request Timeout, Too Early, Too Many Requests
        >= 400 and < 500 => HttpVerdict.Refused,
        _ => HttpVerdict.Later,
    };

    /// <summary>
    /// What a status means that was asked for without an event: a server that takes events may know no other request than
    /// POST, but who asks and where has to be right.
    /// </summary>
    public static HttpVerdict JudgeProbe(HttpStatusCode status) => (int)status switch
    {
        401 or 403 or 407 => HttpVerdict.Refused, // Unauthorized, Forbidden, Proxy Authentication Required
        >= 200 and < 300 or >= 400 and < 500 => HttpVerdict.Taken,
        _ => HttpVerdict.Later,
    };
}

/// <summary>What became of the events in a request.</summary>
internal enum HttpVerdict
{
    /// <summary>The server has them.</summary>
    Taken,

    /// <summary>The server does not have them now, or does not say so.</summary>
    Later,

    /// <summary>The server will never take them, or not all of them.</summary>
    Refused,
}
