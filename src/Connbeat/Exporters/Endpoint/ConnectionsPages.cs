using System.Globalization;
using System.Net;
using Connbeat.Linux;
using Connbeat.Tracking;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Connbeat.Exporters.Endpoint;

/// <summary><c>/api/connections</c>: what is connected right now, filtered as <c>connbeat snapshot</c> filters, a page at a time.</summary>
/// <param name="ask">Who knows it.</param>
internal sealed class ConnectionsPages(AskForConnections ask)
{
    private const int UsuallyOnAPage = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        Visitor visitor = context.Features.Get<Visitor>() ?? new Visitor(IsLocal: false);
        bool isGuest = visitor is { IsLocal: false, IsKnown: false };
        if (isGuest && !IsOurs(context.Request.Host.Host))
        {
            // A page of somebody else's that has its name point here must not read what is here.
            await SayAsync(context, StatusCodes.Status421MisdirectedRequest, "ask for this by address, or by the name of this machine");
            return;
        }

        if (Read(context.Request.Query, isGuest, out string? problem) is not { } question)
        {
            await SayAsync(context, StatusCodes.Status400BadRequest, problem!);
            return;
        }

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(Patience);
        ConnectionsPage? page = null;
        try
        {
            page = await ask(question, patience.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // As if nobody had answered.
        }

        if (page is null)
        {
            context.Response.Headers.RetryAfter = "1";
            await SayAsync(context, StatusCodes.Status503ServiceUnavailable, "too much is asked for at once; try again");
            return;
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        string next = page.Next is { } place ? $"\"{ConnectionsQuestion.Format(place)}\"" : "null";
        await context.Response.WriteAsync($"{{\"total\":{page.Total},\"next\":{next},\"connections\":[\n");
        await context.Response.Body.WriteAsync(page.Objects, context.RequestAborted);
        await context.Response.WriteAsync("\n]}\n");
    }

    private static Task SayAsync(HttpContext context, int status, string words)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(words + "\n");
    }

    private static bool IsOurs(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out _) ||
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ||
        host.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase) ||
        host.StartsWith(Environment.MachineName + ".", StringComparison.OrdinalIgnoreCase);

    private static ConnectionsQuestion? Read(IQueryCollection query, bool isGuest, out string? problem)
    {
        ConnectionsQuestion question = new(new SocketFilter(), UsuallyOnAPage, After: null, isGuest);
        problem = null;
        foreach ((string key, StringValues values) in query)
        {
            string value = values.Count == 1 ? values.ToString() : "";
            ConnectionsQuestion? more = Read(question, key, value, out string? expected);
            if (more is null)
            {
                problem = expected is null
                    ? $"{key} is not understood; expected listening, process, pid, port, remote, state, container, limit or after"
                    : $"{key} is '{value}'; expected {expected}";
                return null;
            }

            question = more;
        }

        return question;
    }

    private static ConnectionsQuestion? Read(ConnectionsQuestion question, string key, string value, out string? expected)
    {
        SocketFilter filter = question.Filter;
        (expected, SocketFilter? narrowed) = key switch
        {
            "listening" => ("true or false", bool.TryParse(value, out bool listening) ? filter with { Listening = listening } : null),
            "process" => ("the name of a process", value.Length > 0 ? filter with { Process = value } : null),
            "pid" => ("a number", Number(value) is { } pid ? filter with { Pid = pid } : null),
            "port" => ("a port from 1 to 65535", Number(value) is > 0 and <= 65535 and { } port ? filter with { Port = (ushort)port } : null),
            "remote" => ("an address or a network such as 192.0.2.0/24", SocketFilter.ParseNetwork(value) is { } network ? filter with { Remote = network } : null),
            "state" => (SocketStates.Known, SocketStates.TryParse(value, out TcpState state) ? filter with { State = state } : null),
            "container" => ("how the id of a container begins", value.Length > 0 ? filter with { Container = value } : null),
            _ => ((string?)null, (SocketFilter?)null),
        };
        switch (key)
        {
            case "limit":
                expected = $"a number from 1 to {ConnectionsQuestion.MostOnAPage}";
                return Number(value) is > 0 and <= ConnectionsQuestion.MostOnAPage and { } limit ? question with { Limit = limit } : null;
            case "after":
                expected = "what the page before has as next";
                return ConnectionsQuestion.TryParse(value, out SocketKey place) ? question with { After = place } : null;
            default:
                return narrowed is null ? null : question with { Filter = narrowed };
        }
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
