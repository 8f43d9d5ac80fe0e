using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Connbeat.KernelTests.Lab;

/// <summary>
/// Makes the threads that the runtime would make when they are first needed. A thread made later by one that lives in a
/// throw-away namespace, or that has given up its rights, would live there too and serve the other tests from there.
/// </summary>
internal static class RuntimeThreads
{
    private const int PoolThreads = 32;

    /// <summary>Makes them; the pool never gets another thread, and loses none.</summary>
    public static void MakeAll()
    {
        ThreadPool.SetMinThreads(PoolThreads, PoolThreads);
        ThreadPool.SetMaxThreads(PoolThreads, PoolThreads);
        using Barrier all = new(PoolThreads + 1);
        for (int thread = 0; thread < PoolThreads; thread++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static barrier => barrier.SignalAndWait(), all, preferLocal: false);
        }

        all.SignalAndWait();
        Task.Delay(1).Wait(); // timers have a thread
        using Process process = Process.Start("true"); // and so has the end of processes
        process.WaitForExit();
        WaitForDatagramAsync().Wait(); // and so have sockets that are waited for
    }

    private static async Task WaitForDatagramAsync()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Task<int> received = socket.ReceiveAsync(new byte[1], SocketFlags.None);
        socket.SendTo([1], socket.LocalEndPoint!);
        await received;
    }
}
