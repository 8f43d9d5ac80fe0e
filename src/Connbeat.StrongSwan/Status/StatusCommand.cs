using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Connbeat.StrongSwan.Status;

/// <summary>A program that prints the status of IPsec, run without a shell, for so long and so much.</summary>
internal sealed class StatusCommand
{
    private const int MostOutput = 16 * 1024 * 1024;
    private const int MostReason = 1000;

    private readonly string[] _words;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    /// <summary>Does nothing yet.</summary>
    /// <param name="command">The program and its arguments, with blanks between; <c>ipsec</c> alone is <c>ipsec statusall</c>.</param>
    /// <param name="timeout">The longest that it may take.</param>
    /// <param name="time">Measures that.</param>
    public StatusCommand(string command, TimeSpan timeout, TimeProvider time)
    {
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _words = words is [{ } alone] ? [alone, "statusall"] : words;
        _timeout = timeout;
        _time = time;
    }

    /// <summary>Runs it, and returns what it prints.</summary>
    /// <exception cref="IOException">It can't be run, fails, prints too much or takes too long. It and all it has started are gone then.</exception>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(_timeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using Process child = Start();
        try
        {
            Task<string> errors = ReadAsync(child.StandardError, MostReason, isCut: true, either.Token);
            string output = await ReadAsync(child.StandardOutput, MostOutput, isCut: false, either.Token);
            string reason = await errors;
            await child.WaitForExitAsync(either.Token);
            return child.ExitCode == 0
                ? output
                : throw new IOException($"{string.Join(' ', _words)} ended with exit code {child.ExitCode}{(reason.Length > 0 ? $": {reason}" : "")}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{string.Join(' ', _words)} took longer than {_timeout.TotalSeconds} s");
        }
        finally
        {
            End(child);
        }
    }

    private static void End(Process child)
    {
        try
        {
            if (!child.HasExited)
            {
                child.Kill(entireProcessTree: true);
            }
        }
        catch (Exception failure) when (failure is Win32Exception or AggregateException or InvalidOperationException)
        {
            // What runs as another user ends by itself when nobody reads what it prints.
        }
    }

    private Process Start()
    {
        ProcessStartInfo start = new(_words[0], _words[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        try
        {
            Process child = Process.Start(start) ?? throw new IOException($"{_words[0]} was not started");
            child.StandardInput.Close();
            return child;
        }
        catch (Win32Exception failure)
        {
            throw new IOException($"{_words[0]} can't be run: {failure.Message}", failure);
        }
    }

    private static async Task<string> ReadAsync(StreamReader from, int most, bool isCut, CancellationToken cancellationToken)
    {
        StringBuilder read = new();
        char[] buffer = new char[4096];
        while (await from.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            if (read.Length + count > most && !isCut)
            {
                throw new IOException($"it prints more than {most} characters");
            }

            read.Append(buffer, 0, Math.Min(count, most - read.Length));
        }

        return isCut ? read.ToString().Trim().ReplaceLineEndings(" ") : read.ToString();
    }
}
