using Connbeat.Delivery;
using Connbeat.Delivery.Spool;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Tests.Delivery.Spool;

/// <summary>
/// One log on one disk through many runs of the agent, beside a list of all events that were ever appended. Each world has
/// its own mix of what goes wrong, and what may be lost follows from the mix.
/// </summary>
internal sealed class SpoolWorld : IDisposable
{
    private static readonly string[] Names = ["console", "file", "http", "kafka"];

    private readonly Random _random;
    private readonly CrashingFolder _disk;
    private readonly SpoolLimits _limits;
    private readonly bool _flips, _cutsPower, _refuses, _failsToSync;
    private readonly HashSet<string> _configured = [];
    private readonly List<EncodedEvent?> _events = [];
    private readonly Dictionary<string, SpoolReader> _readers = [];
    private DiskLog _log = null!;

    /// <summary>True while each event that is lost is lost to a bit of its own.</summary>
    private bool _onlyFlips;

    /// <summary>Positions that were on disk when all of it was last made safe, and not damaged since.</summary>
    private HashSet<long> _safe = [];

    /// <summary>Positions that a crash may have lost, whatever the log believes.</summary>
    private readonly HashSet<long> _unsure = [];

    private int _damages;

    /// <summary>True until a power cut shows what a disk that failed to sync has kept: no later run can know it.</summary>
    private bool _syncHasFailed;
    private long _sequence;

    public SpoolWorld(Random random)
    {
        _random = random;
        (_flips, _cutsPower, _refuses, _failsToSync) = (Chance(4), Chance(2), Chance(2), Chance(4));
        _onlyFlips = !_cutsPower && !_refuses && !_failsToSync;
        _limits = new SpoolLimits(
            MaxSize: _random.Next(4, 17) * 1024, Pauses: Chance(3), new MemoryLogLimits(_random.Next(2, 24), 2000));
        _disk = new CrashingFolder { Random = random, ReadFaults = Chance(3) ? 0.05 : 0 };
        _configured.Add(Names[0]);
        Start();
    }

    public string Description =>
        $"{_limits}, flips {_flips}, cuts power {_cutsPower}, refuses {_refuses}, fails to sync {_failsToSync}";

    /// <summary>Lives for a while, then lets everything be read and sees that nothing is missing.</summary>
    public async Task LiveAsync(int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            await StepAsync();
            Check();
        }

        Heal();
        _log.Maintain();
        Check();
        foreach (SpoolReader reader in _readers.Values)
        {
            do
            {
                reader.SettleAll();
            }
            while (await reader.ReadAsync(100, 10_000));
        }

        Check();
        Assert.All(_readers.Values, reader => Assert.Equal(0, reader.Cursor.Waiting));
    }

    public void Dispose()
    {
        _log.Dispose();
        _disk.Dispose();
    }

    private async Task StepAsync()
    {
        int action = _random.Next(1000);
        SpoolReader? reader = _readers.Count > 0 ? _readers.Values.ElementAt(_random.Next(_readers.Count)) : null;
        switch (action)
        {
            case < 500:
                Append(_random.Next(8) == 0 ? _random.Next(1, 12) : 1);
                break;
            case < 800 when reader is { IsReading: false }:
                await reader.ReadAsync(_random.Next(1, 12), _random.Next(1, 600));
                break;
            case < 900 when reader is { IsReading: true }:
                reader.Settle(_random);
                break;
            case < 950:
                Maintain();
                break;
            case < 960:
                Restart(Kill);
                break;
            case < 965:
                Restart(Stop);
                break;
            case < 972 when _cutsPower:
                Restart(CutPower);
                break;
            case < 976 when _configured.Count < Names.Length:
                Configure(Names.First(name => !_configured.Contains(name)));
                break;
            case < 979 when _configured.Count > 1 && reader is not null:
                Remove(reader);
                break;
            case < 985 when _refuses:
                _disk.WriteFaults = _disk.WriteFaults > 0 ? 0 : 0.3;
                break;
            case < 990 when _refuses:
                _disk.Capacity = _disk.Capacity < long.MaxValue ? long.MaxValue : _disk.Size + _random.Next(200);
                break;
            case < 993 when _failsToSync:
                _disk.SyncFaults = _disk.SyncFaults > 0 ? 0 : 0.3;
                break;
            case < 995 when _flips:
                Damage();
                break;
        }
    }

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private void Append(int count)
    {
        EncodedEvent[] events = [.. Enumerable.Range(0, count).Select(_ => Event())];
        bool goes = _readers.Count > 0;
        if (goes)
        {
            Assert.Equal(_log.End, _events.Count);
            for (int i = 0; i < count; i++)
            {
                _unsure.Remove(_events.Count + i);
            }

            _events.AddRange(events);
        }

        if (count == 1)
        {
            _log.Append(events[0]);
        }
        else
        {
            _log.Append(events);
        }

        if (goes)
        {
            foreach (SpoolReader reader in _readers.Values)
            {
                reader.Appended(count);
            }
        }
    }

    private EncodedEvent Event()
    {
        _sequence++;
        byte[] json = new byte[_random.Next(1, 120)];
        _random.GetItems("0123456789abcdefghijklmnopqrstuv"u8, json); // pages of two events never make up a third
        return new EncodedEvent(
            _sequence, (UInt128)_random.NextInt64(), new byte[_random.Next(3)], Encoded.Timestamp(_sequence % 1_000_000), json);
    }

    private void Maintain()
    {
        bool isDone = _log.Maintain();
        _syncHasFailed |= !isDone && _failsToSync;
        if (isDone)
        {
            foreach (SpoolReader reader in _readers.Values)
            {
                reader.Saved();
            }

            if (!_syncHasFailed)
            {
                _safe = Kept();
            }
        }
    }

    /// <summary>Positions on disk that should be found there.</summary>
    private HashSet<long> Kept()
    {
        lock (_log.Gate)
        {
            HashSet<long> kept = [];
            for (long position = _log.Oldest; position < _log.Stored; position++)
            {
                if (!_unsure.Contains(position) && _log.SegmentFrom(position)?.First <= position && _log.Keeps(position))
                {
                    kept.Add(position);
                }
            }

            return kept;
        }
    }

    private void Restart(Func<(long Least, HashSet<long> Kept)> end)
    {
        (long least, HashSet<long> kept) = end();
        Heal();
        Dictionary<string, SpoolReader> before = new(_readers);
        Start();
        long first = _log.End;
        Assert.True(first >= least || _damages > 0, $"the log ends at {first}, not at {least} or later");
        for (long position = 0; position < first; position++)
        {
            if (!kept.Contains(position))
            {
                _unsure.Add(position);
            }
        }

        if (first < _events.Count)
        {
            _events.RemoveRange((int)first, _events.Count - (int)first);
        }

        while (_events.Count < first)
        {
            _events.Add(null);
        }

        _safe.IntersectWith(kept);
        foreach ((string name, SpoolReader reader) in _readers)
        {
            if (before.GetValueOrDefault(name) is { } old)
            {
                reader.GoesOnFrom(old, kept, isDamaged: _damages > 0);
            }
        }
    }

    private void Heal()
    {
        _disk.WriteFaults = 0;
        _disk.SyncFaults = 0;
        _disk.Capacity = long.MaxValue;
    }

    private void Start()
    {
        DeliveryHappenings happened = new(NullLogger<DeliveryHappenings>.Instance);
        _log = new DiskLog(
            _disk, _limits, _configured, new ManualTime(), happened, new SpoolHappenings(NullLogger<SpoolHappenings>.Instance));
        _readers.Clear();
        foreach (string name in _configured)
        {
            Open(name);
        }
    }

    private void Open(string name) => _readers.Add(name, new SpoolReader((DiskCursor)_log.Open(name), _log, _events));

    private void Configure(string name)
    {
        Heal(); // a new output is remembered as soon as the disk takes it, and until then it is new again
        _configured.Add(name);
        Open(name);
    }

    private void Remove(SpoolReader reader)
    {
        string name = reader.Cursor.Ledger.Output;
        _configured.Remove(name);
        _readers.Remove(name);
        if (Chance(2))
        {
            reader.Remove();
        }
        else
        {
            Restart(Kill); // taken out of the configuration between two runs
        }
    }

    private (long Least, HashSet<long> Kept) Kill()
    {
        HashSet<long> kept = Kept();
        return (kept.Count > 0 ? kept.Max() + 1 : 0, kept);
    }

    private (long Least, HashSet<long> Kept) Stop()
    {
        long end = _log.End;
        Heal();
        foreach (SpoolReader reader in _readers.Values)
        {
            reader.Stop();
        }

        _log.Maintain();
        _log.Maintain(); // the first may have had files to remove before there was room
        Check();
        HashSet<long> kept = Kept();
        _log.Dispose();
        foreach (SpoolReader reader in _readers.Values)
        {
            reader.Saved();
        }

        return (end, kept);
    }

    private (long Least, HashSet<long> Kept) CutPower()
    {
        HashSet<long> kept = _syncHasFailed ? [] : [.. Kept().Intersect(_safe)];
        _disk.CutPower();
        _syncHasFailed = false;
        return (kept.Count > 0 ? kept.Max() + 1 : 0, kept);
    }

    private void Damage()
    {
        if (_disk.FlipBit(name => !_onlyFlips || name != CursorFile.Name) is not null)
        {
            _damages++;
        }
    }

    private void Check()
    {
        _onlyFlips &= _log.Stored == _log.End;
        foreach (SpoolReader reader in _readers.Values)
        {
            reader.Check(isDamaged: _damages > 0);
            long missed = reader.Cursor.Ledger.LostTo(LossReason.SpoolDamaged);
            Assert.True(!_onlyFlips || missed <= _damages, $"{missed} events lost to {_damages} bits");
        }

        long most = _limits.MaxSize + (4 * _limits.SegmentSize) + 4096 + (2 * 32 * 1024);
        Assert.True(_disk.Size <= most, $"{_disk.Size} bytes on disk, {most} at most");
    }
}
