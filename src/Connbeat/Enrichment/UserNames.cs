using System.Collections.Concurrent;
using Connbeat.Linux;

namespace Connbeat.Enrichment;

/// <summary>
/// Names of users, remembered for a minute. To be asked by threads that may wait, for the system may ask a directory server;
/// what they have learned, others may know without waiting.
/// </summary>
/// <param name="time">Tells when a minute is over.</param>
/// <param name="read">Where names come from; by default the system's own users.</param>
internal sealed class UserNames(TimeProvider time, Func<uint, string?>? read = null)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    private readonly Func<uint, string?> _read = read ?? LibC.UserName;
    private readonly ConcurrentDictionary<uint, Known> _known = [];

    /// <summary>The name of a user; null where the system knows none. May wait.</summary>
    public string? Of(uint uid)
    {
        long now = time.GetTimestamp();
        if (_known.TryGetValue(uid, out Known known) && time.GetElapsedTime(known.At, now) < Freshness)
        {
            return known.Name;
        }

        string? name = _read(uid);
        _known[uid] = new Known(name, now);
        return name;
    }

    /// <summary>The name as it was last learned; null where it never was, or the system knows none. Never waits.</summary>
    public string? LastOf(uint uid) => _known.TryGetValue(uid, out Known known) ? known.Name : null;

    private readonly record struct Known(string? Name, long At);
}
