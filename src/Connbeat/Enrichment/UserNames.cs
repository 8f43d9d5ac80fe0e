using System.Diagnostics;
using Connbeat.Linux;
using Connbeat.Telemetry;

namespace Connbeat.Enrichment;

/// <summary>
/// Names of users, remembered for a minute. Those of this host stand in a file and are known at first sight. For the others
/// the system may ask a directory server, which may hang: nobody does that but a thread of its own, one user at a time, and
/// until it has answered, a user has the name that it had, or none. Any thread.
/// </summary>
/// <param name="time">Tells when a minute is over.</param>
/// <param name="local">The host's own users; asked by one thread at a time.</param>
/// <param name="directory">All users that the system can ask for.</param>
/// <param name="happened">Is told where the directory hangs; null: nobody is.</param>
internal sealed class UserNames(
    TimeProvider time, Func<uint, string?> local, Func<uint, string?> directory, EnrichmentHappenings? happened = null)
{
    /// <summary>How many users are remembered, and how many may wait to be asked for; the oldest is forgotten first.</summary>
    public const int Most = 4_096;

    /// <summary>How long an answer may take before it is told that the directory hangs.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    private readonly Lock _locals = new();

    // What follows belongs to who holds the gate, which nobody does while it reads a file or asks.
    private readonly object _gate = new();
    private readonly Dictionary<uint, Known> _known = [];
    private readonly Queue<uint> _oldest = [];
    private readonly Queue<uint> _toAsk = [];
    private bool _asks;
    private bool _hangs;
    private uint? _asked;
    private TimeSpan _waited;
    private long _waitsSince;

    /// <summary>How long all who wait, together, wait for the directory in a minute.</summary>
    public TimeSpan Patience { get; init; } = DefaultPatience;

    /// <summary>How many users are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _known.Count;
            }
        }
    }

    /// <summary>The users of this system.</summary>
    public static UserNames OfSystem(TimeProvider time, EnrichmentHappenings? happened = null, TimeSpan? patience = null) =>
        new(time, new PasswdFile().NameOf, LibC.UserName, happened) { Patience = patience ?? DefaultPatience };

    /// <summary>The name as it was last learned; null where it never was, or there is none. Reads nothing, and never waits.</summary>
    public string? LastOf(uint uid)
    {
        lock (_gate)
        {
            return _known.TryGetValue(uid, out Known? known) ? known.Name : null;
        }
    }

    /// <summary>
    /// Sees to it that a name is known: at once that of a user of this host, later that of another. Reads a small file now
    /// and then, and never waits for more.
    /// </summary>
    public void Learn(uint uid)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            if (_known.TryGetValue(uid, out Known? before) && time.GetElapsedTime(before.At, now) < Freshness)
            {
                return;
            }
        }

        string? name;
        lock (_locals)
        {
            name = local(uid);
        }

        lock (_gate)
        {
            Known known = Remember(uid);
            known.At = now;
            if (name is not null)
            {
                known.Name = name;
                known.IsAnswered = true;
            }
            else if (!known.IsAsked && _toAsk.Count < Most)
            {
                known.IsAsked = true;
                Ask(uid);
            }
        }
    }

    /// <summary>
    /// The name of a user; null where there is none. For threads that may wait a little: for the directory's first word on a
    /// user, unless it hangs.
    /// </summary>
    public string? Of(uint uid)
    {
        Learn(uid);
        lock (_gate)
        {
            Known? known;
            while (_known.TryGetValue(uid, out known) && known is { IsAsked: true, IsAnswered: false } && !_hangs &&
                PatienceLeft() is var left && left > TimeSpan.Zero)
            {
                long begin = Stopwatch.GetTimestamp();
                Monitor.Wait(_gate, left);
                _waited += Stopwatch.GetElapsedTime(begin);
            }

            return known?.Name;
        }
    }

    private Known Remember(uint uid)
    {
        if (_known.TryGetValue(uid, out Known? known))
        {
            return known;
        }

        if (_oldest.Count == Most)
        {
            _known.Remove(_oldest.Dequeue());
        }

        _oldest.Enqueue(uid);
        return _known[uid] = new Known();
    }

    private TimeSpan PatienceLeft()
    {
        long now = time.GetTimestamp();
        if (time.GetElapsedTime(_waitsSince, now) >= Freshness)
        {
            _waitsSince = now;
            _waited = TimeSpan.Zero;
        }

        return Patience - _waited;
    }

    private void Ask(uint uid)
    {
        _toAsk.Enqueue(uid);
        if (!_asks)
        {
            _asks = true;
            new Thread(AskAll) { IsBackground = true, Name = "users" }.Start();
        }
    }

    /// <summary>The thread that asks: it ends when nobody is left to ask for.</summary>
    private void AskAll()
    {
        while (TryTake(out uint uid))
        {
            long begin = time.GetTimestamp();
            string? name;
            using (time.CreateTimer(_ => Hangs(uid), null, Slow, Timeout.InfiniteTimeSpan))
            {
                name = directory(uid);
            }

            Answered(uid, name, isSlow: time.GetElapsedTime(begin) >= Slow);
        }
    }

    private bool TryTake(out uint uid)
    {
        lock (_gate)
        {
            _asks = _toAsk.TryDequeue(out uid);
            _asked = _asks ? uid : null;
            return _asks;
        }
    }

    private void Hangs(uint uid)
    {
        lock (_gate)
        {
            if (_asked != uid || _hangs)
            {
                return;
            }

            _hangs = true;
            Monitor.PulseAll(_gate);
        }

        happened?.UsersHang(uid, Slow);
    }

    private void Answered(uint uid, string? name, bool isSlow)
    {
        bool isWell;
        lock (_gate)
        {
            _asked = null;
            isWell = _hangs && !isSlow;
            _hangs &= isSlow;
            if (_known.TryGetValue(uid, out Known? known))
            {
                known.Name = name;
                known.At = time.GetTimestamp();
                known.IsAsked = false;
                known.IsAnswered = true;
            }

            Monitor.PulseAll(_gate);
        }

        if (isWell)
        {
            happened?.UsersAnswer();
        }
    }

    private sealed class Known
    {
        public string? Name { get; set; }

        public long At { get; set; }

        public bool IsAsked { get; set; }

        public bool IsAnswered { get; set; }
    }
}
