using Connbeat.Linux;
using Connbeat.Linux.Conntrack;
using Connbeat.Linux.Netlink;
using Connbeat.Telemetry;

namespace Connbeat.Exporters.Conntrack;

/// <summary>
/// Keeps the table of flows current on a thread of its own, in the network namespace of whoever makes it: what there is at
/// the start, then every change, and all of it again where the kernel had to drop some, tells no changes of some, or counts
/// what they carry. Changes nothing in the kernel.
/// </summary>
internal sealed class ConntrackFeed : IDisposable
{
    private const int BufferBytes = 32 * 1024 * 1024;
    private const uint Changes = 1, Addresses = 2;

    /// <summary>Between two dumps for the sake of silent flows, in durations of a dump: a hundredth of a core.</summary>
    private const int PausePerDump = 100;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(2);

    private readonly ConntrackTable _table;
    private readonly TimeProvider _time;
    private readonly ConntrackLog? _log;
    private readonly ConntrackHappenings _happened;
    private readonly ConntrackChanges _changes;
    private readonly OwnAddresses _addresses = new();
    private readonly Epoll _epoll = new();
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private volatile bool _hasEnded;
    private long _dumped;
    private TimeSpan _pause;

    /// <summary>Subscribes, and reads all that there is.</summary>
    /// <param name="table">Takes the flows.</param>
    /// <param name="log">Takes each change; null where nobody wants to read them.</param>
    /// <param name="happened">Takes what is worth telling.</param>
    /// <param name="time">Paces dumps.</param>
    /// <param name="bufferBytes">The receive buffer, as far as it is granted.</param>
    /// <exception cref="KernelException">The kernel refuses to tell.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The kernel has no conntrack, or this user may not listen.</exception>
    public ConntrackFeed(
        ConntrackTable table, ConntrackLog? log, ConntrackHappenings happened, TimeProvider time, int bufferBytes = BufferBytes)
    {
        _table = table;
        _log = log;
        _happened = happened;
        _time = time;
        _changes = new ConntrackChanges(Take, happened.Overran, happened.WasNotUnderstood);
        _thread = new Thread(Run) { IsBackground = true, Name = "conntrack" };
        try
        {
            _changes.Subscribe(bufferBytes); // before the dump: what changes meanwhile waits
            _epoll.Add(_changes.Handle, Changes);
            _epoll.Add(_addresses.Handle, Addresses);
            _table.HostHas(OwnAddresses.Read());
            ReadAll();
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>True where it could not go on, which the log tells.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Begins to follow changes.</summary>
    public void Start() => _thread.Start();

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        Close();
    }

    private void Close()
    {
        _epoll.Dispose();
        _changes.Dispose();
        _addresses.Dispose();
    }

    private void Run()
    {
        Span<uint> ready = stackalloc uint[2];
        try
        {
            while (!_isStopping)
            {
                _epoll.Wait(ready, LongestWait);
                if (_addresses.HaveChanged())
                {
                    _table.HostHas(OwnAddresses.Read());
                }

                if (!ReadChanges() || ((_table.HasSilentFlows || _table.CountsTraffic) && _time.GetElapsedTime(_dumped) >= _pause))
                {
                    ReadAll(); // all that came before the loss is taken in; what comes after the dump began still waits
                }

                _log?.Flush();
            }
        }
        catch (Exception failure)
        {
            _happened.Failed(failure.Message.TrimEnd('.'));
            _hasEnded = true;
        }
    }

    /// <returns>False where some were lost.</returns>
    private bool ReadChanges()
    {
        bool isWhole = true;
        while (!_isStopping)
        {
            NetlinkSocket.Received received = _changes.Read();
            if (received is NetlinkSocket.Received.Nothing)
            {
                break;
            }

            isWhole &= received is NetlinkSocket.Received.Datagram;
        }

        return isWhole;
    }

    private void Take(ConntrackChange change, in ConntrackEntry entry)
    {
        _happened.Told();
        if (_table.Admits(entry))
        {
            _log?.Write(change, entry, _table.EndOf(entry));
            _table.Apply(change, entry);
        }
    }

    private void ReadAll()
    {
        long began = _time.GetTimestamp();
        using ConntrackSocket dump = new();
        _table.BeginDump();
        dump.Dump((_, in entry) =>
        {
            if (_table.Admits(entry))
            {
                _table.Note(entry);
            }
        });
        _table.EndDump();
        _dumped = _time.GetTimestamp();
        _pause = TimeSpan.FromTicks(long.Max(ShortestPause.Ticks, _time.GetElapsedTime(began).Ticks * PausePerDump));
    }
}
