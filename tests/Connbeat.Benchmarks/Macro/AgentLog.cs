using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Connbeat.Benchmarks.Macro;

/// <summary>What an agent says of its snapshots and losses, where it logs for debugging.</summary>
internal sealed partial class AgentLog
{
    private readonly object _gate = new();
    private readonly List<double> _snapshots = [];
    private StretchedPace? _pace;
    private int _overruns;

    /// <summary>How many snapshots of everything were taken so far.</summary>
    public int Snapshots
    {
        get
        {
            lock (_gate)
            {
                return _snapshots.Count;
            }
        }
    }

    /// <summary>How often the kernel had no room for what it wanted to tell.</summary>
    public int Overruns
    {
        get
        {
            lock (_gate)
            {
                return _overruns;
            }
        }
    }

    /// <summary>How long each took, in milliseconds, from the one with this number on.</summary>
    public Samples DurationsFrom(int number)
    {
        Samples durations = new("ms");
        lock (_gate)
        {
            foreach (double duration in _snapshots[number..])
            {
                durations.Add(duration);
            }
        }

        return durations;
    }

    /// <summary>Takes in a line.</summary>
    public void Read(string line)
    {
        lock (_gate)
        {
            if (Taken().Match(line) is { Success: true } taken)
            {
                _snapshots.Add(Number(taken, 1));
            }
            else if (Stretched().Match(line) is { Success: true } stretched)
            {
                _pace = new StretchedPace(Number(stretched, 1), Number(stretched, 2));
            }

            _overruns += line.Contains("buffer overran", StringComparison.Ordinal) ? 1 : 0;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until so many snapshots were taken.</summary>
    /// <exception cref="TimeoutException">It takes longer than <paramref name="patience"/>.</exception>
    public void WaitForSnapshots(int count, TimeSpan patience) =>
        WaitFor(() => _snapshots.Count >= count, $"snapshot {count}", patience);

    /// <summary>Waits until it is told that snapshots are too dear for the interval.</summary>
    /// <exception cref="TimeoutException">It takes longer than <paramref name="patience"/>.</exception>
    public StretchedPace WaitForPace(TimeSpan patience)
    {
        WaitFor(() => _pace is not null, "a stretched pace", patience);
        return _pace!;
    }

    private void WaitFor(Func<bool> isThere, string what, TimeSpan patience)
    {
        Stopwatch watch = Stopwatch.StartNew();
        lock (_gate)
        {
            while (!isThere())
            {
                TimeSpan left = patience - watch.Elapsed;
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left))
                {
                    throw new TimeoutException($"the agent did not tell of {what} in {patience.TotalSeconds} s");
                }
            }
        }
    }

    private static double Number(Match match, int group) =>
        double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Snapshot of \d+ sockets took ([\d.]+) ms")]
    private static partial Regex Taken();

    [GeneratedRegex(@"takes ([\d.]+) ms of processor time: one is taken about every ([\d.]+) s")]
    private static partial Regex Stretched();
}

/// <summary>How often snapshots are taken that are too dear for the interval.</summary>
/// <param name="Milliseconds">What one costs, of a processor.</param>
/// <param name="Seconds">From one to the next, about.</param>
internal sealed record StretchedPace(double Milliseconds, double Seconds);
