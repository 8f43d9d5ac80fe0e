using Connbeat.StrongSwan.Status;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.StrongSwan.Status;

public sealed class StatusCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-").FullName;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_it_prints_is_what_there_is()
    {
        Assert.Equal("statusall\n", await RunAsync(Script("echo \"$@\"")));
        Assert.Equal("status a\n", await RunAsync(Script("echo \"$@\"") + " status  a"));
    }

    [Fact]
    public async Task One_that_fails_is_told_with_what_it_said()
    {
        string script = Script("echo not running >&2; exit 3");

        IOException failure = await Assert.ThrowsAsync<IOException>(() => RunAsync(script));

        Assert.Equal($"{script} statusall ended with exit code 3: not running", failure.Message);
        Assert.Contains("can't be run", (await Assert.ThrowsAsync<IOException>(() => RunAsync("/nowhere/ipsec"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_takes_too_long_is_ended_with_all_it_has_started()
    {
        ManualTime time = new();
        string pids = Path.Combine(_folder, "pids");
        string script = Script($"sleep 600 & echo $! > {pids}.new; mv {pids}.new {pids}; wait");

        Task<string> running = new StatusCommand(script, TimeSpan.FromSeconds(5), time).RunAsync(Test);
        while (!File.Exists(pids))
        {
            await Task.Yield();
            Test.ThrowIfCancellationRequested();
        }

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal($"{script} statusall took longer than 5 s", (await Assert.ThrowsAsync<IOException>(() => running)).Message);
        string child = File.ReadAllText(pids).Trim();
        while (File.Exists($"/proc/{child}/stat") && !File.ReadAllText($"/proc/{child}/stat").Contains(" Z ", StringComparison.Ordinal))
        {
            await Task.Yield();
            Test.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task One_that_never_stops_to_print_is_cut() =>
        Assert.Contains(
            "it prints more than",
            (await Assert.ThrowsAsync<IOException>(() => RunAsync(Script("exec yes")))).Message,
            StringComparison.Ordinal);

    private static Task<string> RunAsync(string command) =>
        new StatusCommand(command, TimeSpan.FromSeconds(5), new ManualTime()).RunAsync(Test);

    private string Script(string body)
    {
        string file = Path.Combine(_folder, $"ipsec-{Guid.NewGuid():N}");
        File.WriteAllText(file, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }
}
