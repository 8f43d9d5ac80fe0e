using System.CommandLine;
using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.Exporters.Endpoint;
using Connbeat.Exporters.Exposition;
using Connbeat.StrongSwan.Vici;
using Connbeat.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connbeat.Commands.DropIns;

/// <summary>How the two exporters of strongSwan read their flags, complain about them, and serve their one page.</summary>
/// <param name="name">The name of the program, which its messages begin with.</param>
/// <param name="command">The sub-command.</param>
internal sealed class StrongSwanProgram(string name, string command)
{
    private const int Failed = 1;

    /// <summary>Reads the arguments, and runs.</summary>
    /// <returns>0; 1 where it could not start.</returns>
    public Task<int> RunAsync(RootCommand flags, string[] arguments, Func<ParseResult, Task<int>> runAsync)
    {
        flags.SetAction((asked, _) => runAsync(asked));
        ParseResult asked = flags.Parse(arguments);
        if (asked.Errors is [var error, ..])
        {
            Console.Error.WriteLine($"{name}: {error.Message}");
            Console.Error.WriteLine($"Usage: connbeat {command} [options]; see connbeat {command} --help");
            return Task.FromResult(Failed);
        }

        return asked.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    /// <summary>Says what is wrong with a flag.</summary>
    /// <returns>The exit code.</returns>
    public int Refuse(string flag, string? value, string expected)
    {
        Console.Error.WriteLine($"{name}: {flag} is '{value}'; expected {expected}");
        return Failed;
    }

    /// <summary>Reads where strongSwan is, and how long it may take.</summary>
    /// <returns>False where that makes no sense, which is told.</returns>
    public bool TryReadDaemon(ParseResult asked, Option<string> socket, Option<string> timeout, out TimeSpan patience)
    {
        if (!Duration.TryParse(asked.GetValue(timeout)!, out patience) || patience <= TimeSpan.Zero || patience > TimeSpan.FromMinutes(1))
        {
            Refuse(timeout.Name, asked.GetValue(timeout), "a duration such as 5s or 500ms, at most 1m");
            return false;
        }

        if (!ViciAddress.TryParse(asked.GetValue(socket)!, out _))
        {
            Refuse(socket.Name, asked.GetValue(socket), ViciAddress.Expected);
            return false;
        }

        return true;
    }

    /// <summary>Serves the page, and nothing else, until it is asked to stop.</summary>
    /// <param name="address">Where.</param>
    /// <param name="path">The path of the page.</param>
    /// <param name="webConfig">The web-config.yml that says who may come; empty for everybody.</param>
    /// <param name="logs">Where it is told that this was read again.</param>
    /// <param name="serving">What to say once it serves.</param>
    /// <param name="writeAsync">Writes the page.</param>
    /// <returns>0; 1 where it could not start, which is told.</returns>
    public async Task<int> ServeAsync(
        ListenAddress address, string path, string webConfig, ILoggerFactory logs, string serving, Func<MetricsPage, Task> writeAsync)
    {
        try
        {
            WebAccess? access = WebAccess.Of(webConfig, new ExporterHappenings(logs.CreateLogger<ExporterHappenings>()));
            await using WebListener listener = await WebListener.OpenAsync(address, context => AnswerAsync(context, path, writeAsync), access);
            Console.Error.WriteLine($"connbeat {Product.Version} as {name}: {serving}");
            await StopSignals.WaitAsync();
            return 0;
        }
        catch (Exception failure) when (failure is IOException or SocketException or ConfigException)
        {
            Console.Error.WriteLine($"{name}: {address}: {failure.Message}");
            return Failed;
        }
    }

    private static Task AnswerAsync(HttpContext context, string path, Func<MetricsPage, Task> writeAsync)
    {
        if (context.Request.Path.Value != path)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return MetricsAnswer.SendAsync(context, async page =>
        {
            await writeAsync(page);
            return true;
        });
    }
}
