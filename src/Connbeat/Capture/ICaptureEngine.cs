using System.Net.Sockets;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;

namespace Connbeat.Capture;

/// <summary>A way to look into network namespaces.</summary>
internal interface ICaptureEngine
{
    /// <summary>The name under <c>source:</c> in connbeat.yml.</summary>
    string Name { get; }

    /// <summary>Opens the calling thread's own namespace.</summary>
    /// <exception cref="KernelException">The kernel refuses what the engine needs.</exception>
    /// <exception cref="SocketException">The kernel lacks what the engine needs.</exception>
    INamespaceView OpenOwn();

    /// <summary>Opens another namespace; null where this user cannot look into it, or where it is gone.</summary>
    /// <exception cref="KernelException">The kernel refused for a reason that is not of that namespace.</exception>
    INamespaceView? Open(FoundNamespace found);
}
