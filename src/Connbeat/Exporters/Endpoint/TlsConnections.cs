using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;

namespace Connbeat.Exporters.Endpoint;

/// <summary>
/// Puts TLS between the web server and who comes. Kestrel's own way of that takes the framework with it, which is not here.
/// </summary>
internal static class TlsConnections
{
    /// <summary>Who says nothing, or is no client of TLS, is not waited for longer.</summary>
    private static readonly TimeSpan LongestHandshake = TimeSpan.FromSeconds(5);

    /// <summary>Meets a connection, and hands it on where it speaks TLS.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="options">How it is to be met.</param>
    /// <param name="next">Takes what comes through.</param>
    public static async Task MeetAsync(ConnectionContext connection, SslServerAuthenticationOptions options, ConnectionDelegate next)
    {
        IDuplexPipe bare = connection.Transport;
        await using SslStream stream = new(new DuplexPipeStream(bare), leaveInnerStreamOpen: false);
        using (CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed))
        {
            patience.CancelAfter(LongestHandshake);
            try
            {
                await stream.AuthenticateAsServerAsync(options, patience.Token);
            }
            catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException)
            {
                connection.Abort();
                return;
            }
        }

        Sides sides = new(PipeReader.Create(stream), PipeWriter.Create(stream));
        connection.Transport = sides;
        try
        {
            await next(connection);
        }
        finally
        {
            await sides.Input.CompleteAsync();
            await sides.Output.CompleteAsync();
            connection.Transport = bare;
        }
    }

    private sealed record Sides(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
