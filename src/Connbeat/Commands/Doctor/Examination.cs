namespace Connbeat.Commands.Doctor;

/// <summary>Looks at everything at once: a look that hangs holds up no other, and is given up.</summary>
internal static class Examination
{
    /// <summary>All findings, in the order of the subjects.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(IReadOnlyList<Subject> subjects, TimeProvider time)
    {
        IReadOnlyList<Finding>[] findings = await Task.WhenAll(subjects.Select(subject => LookAsync(subject, time)));
        return [.. findings.SelectMany(some => some)];
    }

    /// <summary>The exit code: 1 where something is broken, else 0.</summary>
    public static int ExitCode(IEnumerable<Finding> findings) =>
        findings.Any(finding => finding.Status is Status.Broken) ? 1 : 0;

    private static async Task<IReadOnlyList<Finding>> LookAsync(Subject subject, TimeProvider time)
    {
        // A thread each: those of the pool are few, and one that hangs would keep the others waiting.
        Task<IReadOnlyList<Finding>> look = Task.Factory.StartNew(
            subject.Look, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await look.WaitAsync(subject.Limit, time);
        }
        catch (TimeoutException) when (!look.IsFaulted)
        {
            string says = $"not known: looking took longer than {subject.Limit.TotalMilliseconds} ms";
            return
            [
                new Finding(subject.Name, Status.Degraded, says)
                {
                    Costs = ["the host is busy, or something that connbeat would wait for too does not answer"],
                    Mend = ["run it again when the host is quiet"],
                },
            ];
        }
        catch (Exception failure)
        {
            return [new Finding(subject.Name, Status.Broken, $"the look at it failed: {failure.Message}")];
        }
    }
}
