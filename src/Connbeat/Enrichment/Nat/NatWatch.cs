using System.Net.Sockets;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.Conntrack;
using Connbeat.Linux.Netlink;
using Connbeat.Telemetry;

namespace Connbeat.Enrichment.Nat;

/// <summary>
/// Knows what conntrack translates in the network namespace of whoever makes it: what there is at the start, then every
/// change, and all of it again where the kernel had to drop some. Conntrack tells of a flow before its first packet gets
/// anywhere, so whoever asks takes in first what was told by then, and waits for nothing. Any thread.
/// </summary>
internal sealed class NatWatch : IDisposable
{
    private const int BufferBytes = 8 * 1024 * 1024;
    private const int MostFlows = 65_536;

    /// <summary>Changes that are taken in at once: some hundred microseconds of somebody else's time.</summary>
    private const int MostChanges = 256;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly ConntrackHappenings _happened;
    private readonly ConntrackChanges _changes;
    private readonly Epoll _epoll = new();
    private readonly Lock _guard = new();
    private readonly ManualResetEventSlim _hasRead = new();
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private NatTable _table = new(MostFlows);
    private bool _isCurrent; // false from a loss until all is read again

    private NatWatch(ConntrackHappenings happened, int bufferBytes)
    {
        _happened = happened;
        _changes = new ConntrackChanges(
            (change, in entry) => Take(_table, change, entry), happened.Overran, happened.WasNotUnderstood);
        _thread = new Thread(Run) { IsBackground = true, Name = "nat" };
        try
        {
            _changes.Subscribe(bufferBytes); // before the dump: what changes meanwhile waits
            _epoll.Add(_changes.Handle, 0);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>Begins to watch.</summary>
    /// <param name="happened">Takes what is worth telling.</param>
    /// <param name="patience">How long to wait for what there is by now.</param>
    /// <param name="bufferBytes">The receive buffer, as far as it is granted.</param>
    /// <returns>Null where the kernel refuses, which the log tells.</returns>
    public static NatWatch? Open(ConntrackHappenings happened, TimeSpan patience, int bufferBytes = BufferBytes)
    {
        try
        {
            NatWatch watch = new(happened, bufferBytes);
            watch._thread.Start();
            watch._hasRead.Wait(patience);
            return watch;
        }
        catch (Exception refused) when (refused is SocketException or KernelException)
        {
            happened.RefusedTranslations(refused.Message.TrimEnd('.'));
            return null;
        }
    }

    /// <summary>What becomes of the ends that a socket has; null where they are not translated, or that is not known.</summary>
    public NatFacts? Of(Transport transport, in InetTuple tuple)
    {
        lock (_guard)
        {
            ReadChanges();
            return _isCurrent ? _table.Of(transport, tuple) : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        lock (_guard)
        {
            _isCurrent = false;
            Close();
        }
    }

    private void Close()
    {
        _epoll.Dispose();
        _changes.Dispose();
        _hasRead.Dispose();
    }

    private void Run()
    {
        Span<uint> ready = stackalloc uint[1];
        try
        {
            while (!_isStopping)
            {
                ReadAllIfNeeded();
                _epoll.Wait(ready, LongestWait);
                lock (_guard)
                {
                    ReadChanges();
                }
            }
        }
        catch (Exception failure)
        {
            lock (_guard)
            {
                _isCurrent = false;
            }

            _hasRead.Set();
            _happened.Failed(failure.Message.TrimEnd('.'));
        }
    }

    private void ReadAllIfNeeded()
    {
        lock (_guard)
        {
            if (_isCurrent)
            {
                return;
            }
        }

        NatTable table = new(MostFlows);
        using ConntrackSocket dump = new();
        dump.Dump((change, in entry) => Take(table, change, entry));
        lock (_guard)
        {
            _table = table;
            _isCurrent = true;
        }

        _hasRead.Set();
    }

    /// <summary>Takes in what the kernel told by now, but while all is read: it waits until after that.</summary>
    private void ReadChanges()
    {
        for (int i = 0; i < MostChanges && _isCurrent; i++)
        {
            NetlinkSocket.Received received = _changes.Read();
            if (received is NetlinkSocket.Received.Nothing)
            {
                return;
            }

            _isCurrent = received is NetlinkSocket.Received.Datagram;
        }
    }

    private void Take(NatTable table, ConntrackChange change, in ConntrackEntry entry)
    {
        if (!table.Apply(change, entry))
        {
            _happened.ForgotTranslation();
        }
    }
}
