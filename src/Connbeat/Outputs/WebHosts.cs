using Connbeat.Config;

namespace Connbeat.Outputs;

/// <summary>
/// Whom to ask, of several servers: the one that answered last, or each in turn. One that fails rests, for longer with
/// each failure, and is passed over meanwhile. Where all of them rest, the one that has rested enough first is asked.
/// </summary>
/// <param name="hosts">The servers.</param>
/// <param name="isInTurn">True: each in turn.</param>
/// <param name="pump">How long one rests: as <c>backoff</c> says.</param>
/// <param name="time">The clock.</param>
internal sealed class WebHosts(IEnumerable<HttpAddress> hosts, bool isInTurn, PumpOptions pump, TimeProvider time)
{
    private readonly Host[] _hosts = [.. hosts.Select(address => new Host(address))];
    private int _first;

    /// <summary>How long all of them want to be left alone; null where one of them has not said so.</summary>
    public TimeSpan? Pause
    {
        get
        {
            TimeSpan shortest = _hosts.Min(host => host.AskedFor - time.GetElapsedTime(host.Since));
            return shortest > TimeSpan.Zero ? shortest : null;
        }
    }

    /// <summary>Those to try with one request, one after the other.</summary>
    public IReadOnlyList<HttpAddress> InTurn()
    {
        IEnumerable<Host> turn = Enumerable.Range(_first, _hosts.Length).Select(i => _hosts[i % _hosts.Length]);
        if (isInTurn)
        {
            _first = (_first + 1) % _hosts.Length;
        }

        HttpAddress[] awake = [.. turn.Where(host => Left(host) <= TimeSpan.Zero).Select(host => host.Address)];
        return awake is [] ? [turn.MinBy(Left)!.Address] : awake;
    }

    /// <summary>One has answered.</summary>
    public void Well(HttpAddress address)
    {
        int index = IndexOf(address);
        _hosts[index].Failures = 0;
        _hosts[index].Rest = _hosts[index].AskedFor = TimeSpan.Zero;
        if (!isInTurn)
        {
            _first = index;
        }
    }

    /// <summary>One has not, or it does not take events now.</summary>
    /// <param name="address">Which.</param>
    /// <param name="after">How long it wants to be left alone; null where it does not say.</param>
    public void Unwell(HttpAddress address, TimeSpan? after)
    {
        Host host = _hosts[IndexOf(address)];
        double rest = pump.BackoffInit.TotalMilliseconds * Math.Pow(2, host.Failures++);
        host.Since = time.GetTimestamp();
        host.AskedFor = after ?? TimeSpan.Zero;
        host.Rest = TimeSpan.FromMilliseconds(Math.Min(rest, pump.BackoffMax.TotalMilliseconds));
        host.Rest = host.AskedFor > host.Rest ? host.AskedFor : host.Rest;
    }

    private TimeSpan Left(Host host) => host.Rest - time.GetElapsedTime(host.Since);

    private int IndexOf(HttpAddress address) => Array.FindIndex(_hosts, host => ReferenceEquals(host.Address, address));

    private sealed class Host(HttpAddress address)
    {
        public HttpAddress Address => address;

        public int Failures { get; set; }

        /// <summary>When it failed last.</summary>
        public long Since { get; set; }

        /// <summary>How long from then on it is passed over.</summary>
        public TimeSpan Rest { get; set; }

        /// <summary>How much of that it has asked for.</summary>
        public TimeSpan AskedFor { get; set; }
    }
}
