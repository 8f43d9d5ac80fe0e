using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Connbeat.Linux.Namespaces;
using Connbeat.Tests.Shared;

namespace Connbeat.KernelTests.Lab;

/// <summary>
/// A network namespace for one test. It lives as long as a thread, a process or a socket does that was made on the
/// lab's own thread, so tests cannot meet, and what a test disposes is all that there is to clean up.
/// </summary>
internal sealed class NetworkNamespaceLab : IDisposable
{
    private readonly BlockingCollection<Action> _errands = [];
    private readonly Thread _thread;

    /// <summary>Makes a namespace in which 127.0.0.0/8 and ::1 work.</summary>
    public NetworkNamespaceLab()
        : this(static () =>
        {
            Syscalls.UnshareNetwork();
            Syscalls.BringUpLoopback();
        })
    {
    }

    /// <summary>Enters a namespace that is there, and makes the same addresses work.</summary>
    public NetworkNamespaceLab(NamedNamespace @namespace)
        : this(() =>
        {
            Syscalls.EnterNetwork(@namespace.Path);
            Syscalls.BringUpLoopback();
        })
    {
    }

    private NetworkNamespaceLab(Action enter)
    {
        Assert.SkipUnless(UnprivilegedThread.IsRoot, "only root can make network namespaces");
        _thread = new Thread(RunErrands) { IsBackground = true, Name = "lab" };
        _thread.Start();
        try
        {
            Namespace = Run(() =>
            {
                enter();
                return NetworkNamespace.Current();
            });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The namespace's inode number.</summary>
    public uint Namespace { get; }

    /// <summary>How many network interfaces there are.</summary>
    public int Interfaces => Run(static () => File.ReadLines("/proc/thread-self/net/dev").Skip(2).Count());

    /// <summary>
    /// Runs something on the thread that lives in the namespace: sockets, threads and processes made by it live there
    /// too. Nothing of it may go to the thread pool's queue, which would have no thread there.
    /// </summary>
    public T Run<T>(Func<T> errand)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        using ManualResetEventSlim done = new();
        _errands.Add(() =>
        {
            try
            {
                result = errand();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            done.Set();
        });
        done.Wait();
        failure?.Throw();
        return result!;
    }

    /// <summary>As above, without a result.</summary>
    public void Run(Action errand) => Run(() =>
    {
        errand();
        return true;
    });

    /// <summary>Takes all rights from the lab's thread, and from what is made on it later.</summary>
    public void DropRights() => Run(static () => UnprivilegedThread.DropRights(UnprivilegedThread.Nobody));

    /// <summary>A TCP socket of the namespace.</summary>
    public Socket NewSocket(AddressFamily family = AddressFamily.InterNetwork) =>
        Run(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));

    /// <summary>A listener on a free port, or on <paramref name="port"/>.</summary>
    /// <param name="address">Where to listen.</param>
    /// <param name="port">0 for any.</param>
    /// <param name="takesIPv4">True for a listener on <c>::</c> that takes IPv4 as well.</param>
    /// <param name="backlog">How many connections may wait to be accepted, less one.</param>
    public Socket Listen(IPAddress address, int port = 0, bool takesIPv4 = false, int backlog = 512)
    {
        Socket listener = NewSocket(address.AddressFamily);
        if (address.AddressFamily is AddressFamily.InterNetworkV6)
        {
            listener.DualMode = takesIPv4;
        }

        listener.Bind(new IPEndPoint(address, port));
        listener.Listen(backlog);
        return listener;
    }

    /// <summary>Connects to a listener, at its own address or at <paramref name="address"/>.</summary>
    public Socket Connect(Socket listener, IPAddress? address = null)
    {
        IPEndPoint at = (IPEndPoint)listener.LocalEndPoint!;
        IPEndPoint remote = new(address ?? at.Address, at.Port);
        Socket client = NewSocket(remote.AddressFamily);
        client.Connect(remote);
        return client;
    }

    /// <summary>A UDP socket that is bound; one of an IPv6 address takes IPv4 as well.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="port">0 for any.</param>
    /// <param name="shared">True where other sockets may have the same port.</param>
    public Socket BindUdp(IPAddress address, int port = 0, bool shared = false)
    {
        Socket socket = Run(() => new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        if (address.AddressFamily is AddressFamily.InterNetworkV6)
        {
            socket.DualMode = true;
        }

        if (shared)
        {
            Syscalls.SharePort(socket);
        }

        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_thread.IsAlive)
        {
            return;
        }

        _errands.CompleteAdding();
        _thread.Join();
        _errands.Dispose();
    }

    private void RunErrands()
    {
        foreach (Action errand in _errands.GetConsumingEnumerable())
        {
            errand();
        }
    }
}
