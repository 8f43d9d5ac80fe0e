using Connbeat.Linux;
using Connbeat.Linux.SockDiag;

namespace Connbeat.KernelTests.Lab;

/// <summary>
/// Hears when the kernel has told of the end of sockets. It tells a little after it, so an agent that is started in
/// between hears of sockets that ended before it was there.
/// </summary>
internal sealed class EndsOfSockets(NetworkNamespaceLab lab) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DestroyedSockets _destroyed = lab.Run(() => new DestroyedSockets(1 << 24, Transport.Tcp));

    /// <summary>Waits until so many were told since this was made or last waited.</summary>
    public void Wait(int count)
    {
        while (count > 0)
        {
            Assert.True(_destroyed.Wait(Patience), $"{count} sockets have not ended");
            _destroyed.Read((in SocketEntry _) => count--);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _destroyed.Dispose();
}
