using Connbeat.StrongSwan.Vici;
using Connbeat.Telemetry;

namespace Connbeat.Exporters.Vici;

/// <summary>
/// Asks the daemon what there is, over one session that is kept, and follows its events so that the totals of tunnels
/// outlive their rekeyings.
/// </summary>
internal sealed class ViciSource : IAsyncDisposable
{
    private static readonly TimeSpan CertificatesAreGoodFor = TimeSpan.FromMinutes(1);

    /// <summary>The daemon keeps an SA that was replaced for five seconds, with all that it has counted.</summary>
    private static readonly TimeSpan LooksAgainAfter = TimeSpan.FromSeconds(2);

    private readonly ViciClient _client;
    private readonly TunnelTotals _totals;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly StrongSwanHappenings _happened;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task<ViciSnapshot>? _asking;
    private Task _lookingAgain = Task.CompletedTask;
    private (long At, IReadOnlyList<CertificateDates> Read)? _certificates;

    /// <summary>Begins to keep a session.</summary>
    /// <param name="address">Where the daemon listens.</param>
    /// <param name="timeout">The longest that it may take to tell everything.</param>
    /// <param name="time">Measures that.</param>
    /// <param name="happened">Takes what is worth telling.</param>
    public ViciSource(ViciAddress address, TimeSpan timeout, TimeProvider time, StrongSwanHappenings happened)
    {
        _timeout = timeout;
        _time = time;
        _happened = happened;
        _totals = new TunnelTotals(time);
        _client = new ViciClient(address, timeout, time, ["child-updown", "child-rekey", "ike-rekey"], Take, Changed);
        _client.Start();
    }

    /// <summary>What there is now. Whoever asks while another does gets the same answer.</summary>
    /// <returns><see cref="ViciSnapshot.Down"/> where the daemon does not tell.</returns>
    public Task<ViciSnapshot> ReadAsync()
    {
        lock (_gate)
        {
            if (_asking is null || _asking.IsCompleted)
            {
                _asking = AskAsync();
            }

            return _asking;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _client.DisposeAsync();
        Task last;
        lock (_gate)
        {
            last = Task.WhenAll(_asking ?? Task.CompletedTask, _lookingAgain);
        }

        await last;
        _stop.Dispose();
    }

    private async Task<ViciSnapshot> AskAsync()
    {
        await Task.Yield(); // the lock of the one who asked is not held
        using CancellationTokenSource patience = new(_timeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
        try
        {
            ViciSession session = await _client.SessionAsync(either.Token);
            ViciSnapshot snapshot = await AskAsync(session, either.Token);
            _happened.Answered($"{snapshot.Version.Text("daemon"u8)} {snapshot.Version.Text("version"u8)}".Trim());
            return snapshot;
        }
        catch (IOException failure)
        {
            _happened.DidNotAnswer(failure.Message);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            _happened.DidNotAnswer($"it did not answer within {_timeout.TotalSeconds} s");
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the answer any more.
        }

        return ViciSnapshot.Down;
    }

    private async Task<ViciSnapshot> AskAsync(ViciSession session, CancellationToken cancellationToken)
    {
        ViciSection version = await AnswerAsync("version");
        ViciSection stats = await AnswerAsync("stats");
        List<IkeConfig> configs = [];
        await session.StreamAsync("list-conns", "list-conn", conn => configs.AddRange(IkeConfig.ReadAll(conn)), cancellationToken);
        IReadOnlyList<IkeSa> ikes = await ListAsync(session, cancellationToken);
        ViciSection pools = await AnswerAsync("get-pools");
        ViciSection counters = await AnswerAsync("get-counters");
        IReadOnlyList<CertificateDates> certificates = await CertificatesAsync(session, cancellationToken);
        return new ViciSnapshot
        {
            IsUp = true,
            Version = version,
            Stats = stats.Items.Count == 0 ? null : DaemonStats.Read(stats, _time.LocalTimeZone),
            Configs = configs,
            Ikes = ikes,
            Pools = AddressPool.ReadAll(pools),
            Counters = ReadCounters(counters),
            Certificates = certificates,
            Totals = _totals.Read(),
            IkeRekeys = _totals.ReadIkeRekeys(),
        };

        async Task<ViciSection> AnswerAsync(string command) =>
            await session.AskAsync(command, ViciSection.Empty, cancellationToken) ?? ViciSection.Empty;
    }

    private async Task<IReadOnlyList<IkeSa>> ListAsync(ViciSession session, CancellationToken cancellationToken)
    {
        List<IkeSa> ikes = [];
        await session.StreamAsync("list-sas", "list-sa", sa => ikes.AddRange(IkeSa.ReadAll(sa)), cancellationToken);
        _totals.Saw(ikes);
        return ikes;
    }

    private async Task<IReadOnlyList<CertificateDates>> CertificatesAsync(ViciSession session, CancellationToken cancellationToken)
    {
        if (_certificates is { } known && _time.GetElapsedTime(known.At) < CertificatesAreGoodFor)
        {
            return known.Read;
        }

        HashSet<CertificateDates> read = []; // the daemon may have one twice
        await session.StreamAsync(
            "list-certs",
            "list-cert",
            cert =>
            {
                if (CertificateDates.Read(cert) is { } dates)
                {
                    read.Add(dates);
                }
            },
            cancellationToken);
        IReadOnlyList<CertificateDates> certificates = [.. read.DistinctBy(dates => (dates.Subject, dates.Serial))];
        _certificates = (_time.GetTimestamp(), certificates);
        return certificates;
    }

    /// <summary>Those of all connections together, which have no name.</summary>
    private static IReadOnlyList<(string, long)> ReadCounters(ViciSection answer)
    {
        ViciSection all = answer.Section("counters"u8).Section(""u8);
        return [.. all.Items.Where(item => item.Section is null && item.List is null)
            .Select(item => (item.NameText, all.Number(item.Name.Span)))];
    }

    private void Changed(string? ended)
    {
        if (ended is not null)
        {
            _certificates = null;
            _happened.DidNotAnswer(ended);
        }
    }

    /// <summary>Takes an event. Called by the one who reads.</summary>
    private void Take(string name, ViciSection message)
    {
        foreach ((string ikeName, ViciSection ike) in message.Sections)
        {
            if (name == "ike-rekey")
            {
                _totals.Rekeyed(ikeName);
                continue;
            }

            foreach ((_, ViciSection child) in ike.Section("child-sas"u8).Sections)
            {
                if (name == "child-rekey")
                {
                    _totals.Rekeyed(ikeName, ChildSa.Read(child.Section("old"u8)), ChildSa.Read(child.Section("new"u8)));
                    LookAgain();
                }
                else
                {
                    _totals.Saw(ikeName, ChildSa.Read(child));
                }
            }
        }
    }

    /// <summary>What the old SA has carried after it was replaced is told as long as the daemon keeps it.</summary>
    private void LookAgain()
    {
        lock (_gate)
        {
            if (_lookingAgain.IsCompleted && !_stop.IsCancellationRequested)
            {
                _lookingAgain = LookAgainAsync();
            }
        }
    }

    private async Task LookAgainAsync()
    {
        try
        {
            await Task.Delay(LooksAgainAfter, _time, _stop.Token);
            await ListAsync(await _client.SessionAsync(_stop.Token), _stop.Token);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // The next one who asks is told.
        }
    }
}
