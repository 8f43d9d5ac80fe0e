using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux;

/// <summary>Waits until one of many descriptors can be read; epoll(7). It forgets by itself what is closed.</summary>
internal sealed class Epoll : IDisposable
{
    private readonly SafeFileHandle _epoll = LibC.OpenEpoll();

    /// <summary>Adds a descriptor, which <paramref name="tag"/> will stand for. Any thread.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public void Add(SafeHandle descriptor, uint tag) => LibC.AddToEpoll(_epoll, descriptor, tag);

    /// <summary>Waits, at most <paramref name="timeout"/>. One thread at a time.</summary>
    /// <param name="tags">Takes the tags of those that can be read.</param>
    /// <param name="timeout">The longest to wait, rounded to milliseconds.</param>
    /// <returns>How many there are.</returns>
    public int Wait(Span<uint> tags, TimeSpan timeout) =>
        LibC.WaitForEpoll(_epoll, tags, (int)timeout.TotalMilliseconds);

    /// <inheritdoc/>
    public void Dispose() => _epoll.Dispose();
}
