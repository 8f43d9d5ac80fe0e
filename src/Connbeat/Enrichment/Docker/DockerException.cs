using System.Net.Sockets;
using System.Security.Authentication;
using Connbeat.Linux;

namespace Connbeat.Enrichment.Docker;

/// <summary>A request to a container engine came to nothing; the message says why, and what would mend it.</summary>
internal sealed class DockerException(DockerFailure kind, string message, Exception? cause = null)
    : Exception(message, cause)
{
    /// <summary>What sort of failure it is.</summary>
    public DockerFailure Kind { get; } = kind;

    /// <summary>True for what a request and its answer may fail by, other than being stopped.</summary>
    public static bool IsFailure(Exception thrown, CancellationToken stop) => thrown switch
    {
        OperationCanceledException => !stop.IsCancellationRequested,
        HttpRequestException or IOException or SocketException or WireFormatException => true,
        _ => false,
    };

    /// <summary>Says in which way a request failed.</summary>
    /// <param name="request">Such as <c>GET /info</c>.</param>
    /// <param name="cause">One that <see cref="IsFailure"/> is true for.</param>
    public static DockerException Of(string request, Exception cause) => cause switch
    {
        OperationCanceledException { InnerException: TimeoutException } => new( // so says SocketsHttpHandler
            DockerFailure.Unreachable, $"no connection within {DockerTransport.ConnectTimeout.TotalSeconds} s", cause),
        OperationCanceledException =>
            new(DockerFailure.NoAnswer, $"no answer to {request} within {DockerApi.Patience.TotalSeconds} s", cause),
        WireFormatException =>
            new(DockerFailure.NotUnderstood, $"the answer to {request} is not understood: {cause.Message}", cause),
        HttpRequestException { HttpRequestError: var error } when IsOfConnecting(error) =>
            new(DockerFailure.Unreachable, Reason(cause), cause),
        _ => new(DockerFailure.NoAnswer, $"no whole answer to {request}: {cause.Message}", cause),
    };

    private static bool IsOfConnecting(HttpRequestError error) => error is
        HttpRequestError.ConnectionError or
        HttpRequestError.NameResolutionError or
        HttpRequestError.SecureConnectionError;

    private static string Reason(Exception cause) => cause switch
    {
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            "permission denied; run connbeat as root, or add its user to the group that owns the socket (docker)",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "nobody listens there",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "there is no such socket", // ENOENT
        SocketException or AuthenticationException => cause.Message,
        { InnerException: { } inner } => Reason(inner),
        _ => cause.Message,
    };
}

/// <summary>In which way a request to a container engine failed.</summary>
internal enum DockerFailure
{
    /// <summary>There was nobody to ask.</summary>
    Unreachable,

    /// <summary>The answer did not come in time, or broke off.</summary>
    NoAnswer,

    /// <summary>The answer is a refusal: an HTTP status that tells of an error.</summary>
    Refused,

    /// <summary>The answer is not what the Engine API documents.</summary>
    NotUnderstood,
}
