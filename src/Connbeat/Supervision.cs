using System.Globalization;
using Connbeat.Linux;

namespace Connbeat;

/// <summary>
/// What systemd is told of this service, where it started it as one of Type=notify; sd_notify(3). That it lives, only the
/// agent's loop tells: one that hangs is ended and started anew.
/// </summary>
/// <param name="manager">Takes it.</param>
/// <param name="watchdog">How long the loop may say nothing; null: nobody minds.</param>
/// <param name="time">The clock of the loop.</param>
internal sealed class Supervision(NotifySocket manager, TimeSpan? watchdog, TimeProvider time) : IDisposable
{
    /// <summary>What a stop takes beside the delivery, with room to spare.</summary>
    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(10);

    private long _lastBeat = time.GetTimestamp();

    /// <summary>How often the loop has to come round; null: as it likes.</summary>
    public TimeSpan? Pulse { get; } = watchdog / 4;

    /// <summary>
    /// As the environment says: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID. They are taken out of it, as they are not meant for
    /// programs that are started here.
    /// </summary>
    /// <returns>Null where nobody wants to be told.</returns>
    public static Supervision? FromEnvironment(TimeProvider time)
    {
        string? address = Take("NOTIFY_SOCKET");
        string? microseconds = Take("WATCHDOG_USEC");
        string? process = Take("WATCHDOG_PID");
        bool isMeant = process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        TimeSpan? watchdog = isMeant && long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) &&
            limit is > 0 and < long.MaxValue / TimeSpan.TicksPerMicrosecond
            ? TimeSpan.FromMicroseconds(limit)
            : null;
        return NotifySocket.Open(address) is { } manager ? new Supervision(manager, watchdog, time) : null;
    }

    /// <summary>It does what it is there for, after a start or a reload.</summary>
    /// <param name="status">How, for who looks.</param>
    public void Ready(string status) => manager.Tell("READY=1", $"STATUS={status}");

    /// <summary>It reads its configuration again; <see cref="Ready"/> ends that.</summary>
    public void Reloading() =>
        manager.Tell("RELOADING=1", Microseconds("MONOTONIC_USEC", LibC.MonotonicNanoseconds() / 1000));

    /// <summary>It stops. The loop is over, so nobody is to wait for its beat.</summary>
    /// <param name="within">How long what is left may take to be delivered.</param>
    public void Stopping(TimeSpan within)
    {
        long most = (long)(within + Spare).TotalMicroseconds;
        string[] told = ["STOPPING=1", "STATUS=Delivering what is left.", Microseconds("EXTEND_TIMEOUT_USEC", most)];
        manager.Tell(watchdog is null ? told : [.. told, Microseconds("WATCHDOG_USEC", most)]);
    }

    /// <summary>The loop came round.</summary>
    /// <param name="now">When, by its clock.</param>
    public void Beat(long now)
    {
        if (Pulse is { } pulse && time.GetElapsedTime(_lastBeat, now) >= pulse)
        {
            _lastBeat = now;
            manager.Tell("WATCHDOG=1");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => manager.Dispose();

    private static string? Take(string variable)
    {
        string? value = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        return value;
    }

    private static string Microseconds(string name, long count) => string.Create(CultureInfo.InvariantCulture, $"{name}={count}");
}
