using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Connbeat.Config;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux;

namespace Connbeat.Tests.Processing.Redaction;

/// <summary>
/// The secrets of the corpus as arguments and environments of real processes, and what the agent's own scanner makes of
/// them. Each process holds a socket, else nobody would look at it.
/// </summary>
public sealed class RealSecretsTests : IDisposable
{
    private const int AtOnce = 40;
    private const int Backlog = 1024; // nobody accepts them

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _programs = Directory.CreateTempSubdirectory("connbeat-");
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Process> _running = [];

    public RealSecretsTests() => _listener.Start(Backlog);

    public void Dispose()
    {
        End();
        _listener.Dispose();
        _programs.Delete(recursive: true);
    }

    [Fact]
    public async Task No_secret_of_the_corpus_is_left_of_real_command_lines()
    {
        foreach (CorpusText[] some in Corpus.Secrets.Where(text => text.Arguments.Length > 1).Chunk(AtOnce))
        {
            foreach (CorpusText text in some)
            {
                await StartAsync(Program(text.Arguments[0]), text.Arguments[1..]);
            }

            foreach ((ProcessFacts facts, CorpusText text) in Scan().Zip(some))
            {
                string program = Program(text.Arguments[0]);
                string[] arguments = text.Redacted.Split('\0')[1..];
                Assert.Equal($"/bin/bash {program} {string.Join(' ', arguments).Trim()}", facts.CommandLine);
                AssertNoSecret(text, facts);
            }

            End();
        }
    }

    [Fact]
    public async Task No_secret_of_the_corpus_is_left_of_a_text_in_the_place_of_arguments()
    {
        CorpusText[] titles = [.. Corpus.Secrets.Where(text => text.Arguments.Length == 1)];
        string titled = Program("titled", "exec -a \"$1\" cat");
        foreach (CorpusText text in titles)
        {
            await StartAsync(titled, text.Text);
        }

        foreach ((ProcessFacts facts, CorpusText text) in Scan().Zip(titles))
        {
            Assert.Equal(text.Redacted, facts.CommandLine);
            AssertNoSecret(text, facts);
        }
    }

    [Fact]
    public async Task No_secret_of_the_corpus_is_left_of_a_real_environment()
    {
        CorpusText[] variables = [.. Corpus.Variables.DistinctBy(text => text.Text.Split('=')[0])];
        await StartAsync(Program("app"), [], variables);

        ProcessFacts facts = Assert.Single(Scan());

        Assert.All(variables, text => Assert.Contains(text.Redacted, facts.Environment!));
        Assert.All(variables, text => AssertNoSecret(text, facts));
    }

    /// <summary>What must not be left; what is short may be in a pid or a path by chance.</summary>
    private static void AssertNoSecret(CorpusText text, ProcessFacts facts)
    {
        const int Shortest = 6;

        string all = JsonSerializer.Serialize(facts) + facts;
        Assert.All(
            text.Secrets.Where(secret => secret.Length >= Shortest),
            secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
    }

    private List<ProcessFacts> Scan()
    {
        EnrichmentOptions options = new() { ExposeEnviron = ExposedEnvironment.Everything };
        ProcessScan scan = Agent.CreateScanner(options, BootTime.Clock).Scan(Enrichment.Some.Nothing);
        return [.. _running.Select(process => scan.Sightings.Single(seen => seen.Facts.Pid == process.Id).Facts)];
    }

    /// <summary>A program of that name, in a folder of the test, that takes any arguments and waits.</summary>
    private string Program(string name, string waits = "read -r line; echo \"$line\"; read -r line")
    {
        string path = Path.Combine(_programs.FullName, Path.GetFileName(name));
        if (!File.Exists(path))
        {
            string port = ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
            File.WriteAllText(path, $"#!/bin/bash\nexec 9<>/dev/tcp/127.0.0.1/{port}\n{waits}\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return path;
    }

    private Task StartAsync(string program, params string[] arguments) => StartAsync(program, arguments, []);

    private async Task StartAsync(string program, string[] arguments, CorpusText[] variables)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string[] variable in variables.Select(text => text.Text.Split('=', 2)))
        {
            start.Environment[variable[0]] = variable[1];
        }

        Process process = Process.Start(start)!;
        _running.Add(process);
        await process.StandardInput.WriteLineAsync("ready");
        Task<string?> answer = process.StandardOutput.ReadLineAsync();
        Assert.Equal("ready", await answer.WaitAsync(Limit, TestContext.Current.CancellationToken));
    }

    private void End()
    {
        foreach (Process process in _running)
        {
            process.StandardInput.Close();
            if (!process.WaitForExit(Limit))
            {
                process.Kill();
            }

            process.Dispose();
        }

        _running.Clear();
    }
}
