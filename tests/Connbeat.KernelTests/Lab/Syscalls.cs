using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.KernelTests.Lab;

/// <summary>The system calls that the tests need and the BCL does not offer.</summary>
internal static unsafe partial class Syscalls
{
    private const int NewNetwork = 0x40000000; // CLONE_NEWNET

    /// <summary>Gives the calling thread a network namespace of its own, with nothing in it; unshare(2).</summary>
    public static void UnshareNetwork()
    {
        Succeed(unshare(NewNetwork));
    }

    /// <summary>Puts the calling thread into the network namespace that is mounted at a path; setns(2).</summary>
    public static void EnterNetwork(string path)
    {
        using SafeFileHandle mounted = File.OpenHandle(path);
        Succeed(setns((int)mounted.DangerousGetHandle(), NewNetwork));
    }

    /// <summary>Brings up the loopback interface, and with it 127.0.0.0/8 and ::1; netdevice(7).</summary>
    public static void BringUpLoopback()
    {
        const nuint SetInterfaceFlags = 0x8914; // SIOCSIFFLAGS
        const short Up = 1;                     // IFF_UP

        using Socket any = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        byte* request = stackalloc byte[40];    // struct ifreq; <net/if.h>
        new Span<byte>(request, 40).Clear();
        "lo"u8.CopyTo(new Span<byte>(request, 16));
        *(short*)(request + 16) = Up;
        Succeed(ioctl((int)any.Handle, SetInterfaceFlags, request));
    }

    /// <summary>
    /// Connects a socket to <paramref name="remote"/>, or to nobody where that is null, whatever it was connected to
    /// before; connect(2).
    /// </summary>
    public static void Connect(Socket socket, IPEndPoint? remote)
    {
        const int InProgress = 115;             // EINPROGRESS: the socket does not block

        const int Size = 28;                    // struct sockaddr_in6, the larger one; AF_UNSPEC is 0

        byte* address = stackalloc byte[Size];
        new Span<byte>(address, Size).Clear();
        remote?.Serialize().Buffer.Span.CopyTo(new Span<byte>(address, Size));
        int result = connect((int)socket.Handle, address, Size);
        Succeed(Marshal.GetLastPInvokeError() == InProgress ? 0 : result);
    }

    /// <summary>Says whether children get a descriptor; fcntl(2).</summary>
    public static void SetInherited(Socket socket, bool inherited)
    {
        const int SetDescriptorFlags = 2, CloseOnExec = 1; // F_SETFD, FD_CLOEXEC

        Succeed(fcntl((int)socket.Handle, SetDescriptorFlags, inherited ? 0 : CloseOnExec));
    }

    /// <summary>Closes a descriptor and no more: who else has the socket goes on undisturbed; close(2).</summary>
    public static void Close(Socket socket)
    {
        int descriptor = (int)socket.Handle;
        socket.SafeHandle.SetHandleAsInvalid();
        Succeed(close(descriptor));
    }

    /// <summary>Lets other sockets of this user have the same local end; SO_REUSEPORT.</summary>
    public static void SharePort(Socket socket)
    {
        const int SolSocket = 1, ReusePort = 15; // SOL_SOCKET, SO_REUSEPORT

        socket.SetRawSocketOption(SolSocket, ReusePort, [1, 0, 0, 0]);
    }

    /// <summary>The kernel's number for a socket; SO_COOKIE.</summary>
    public static ulong CookieOf(Socket socket)
    {
        const int SolSocket = 1, Cookie = 57; // SOL_SOCKET, SO_COOKIE

        ulong cookie = 0;
        socket.GetRawSocketOption(SolSocket, Cookie, MemoryMarshal.AsBytes(new Span<ulong>(ref cookie)));
        return cookie;
    }

    /// <summary>
    /// A file system in memory that holds so many bytes and stands nowhere: it is reached as /proc/self/fd/N, and gone when
    /// that is closed; fsopen(2), fsconfig(2), fsmount(2), which have these numbers on every architecture.
    /// </summary>
    public static SafeFileHandle MountMemory(string size)
    {
        const nint Open = 430, Configure = 431, Mount = 432;
        const nint CloseOnExec = 1;            // FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC
        const nint SetString = 1, Create = 6;  // FSCONFIG_SET_STRING, FSCONFIG_CMD_CREATE

        fixed (byte* type = "tmpfs\0"u8, key = "size\0"u8, value = System.Text.Encoding.ASCII.GetBytes(size + '\0'))
        {
            using SafeFileHandle context = new(Succeed(syscall(Open, (nint)type, CloseOnExec, 0, 0, 0)), ownsHandle: true);
            nint descriptor = context.DangerousGetHandle();
            Succeed(syscall(Configure, descriptor, SetString, (nint)key, (nint)value, 0));
            Succeed(syscall(Configure, descriptor, Create, 0, 0, 0));
            return new SafeFileHandle(Succeed(syscall(Mount, descriptor, CloseOnExec, 0, 0, 0)), ownsHandle: true);
        }
    }

    private static nint Succeed(nint result, [CallerMemberName] string operation = "")
    {
        Succeed((int)result, operation);
        return result;
    }

    private static void Succeed(int result, [CallerMemberName] string operation = "")
    {
        if (result < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            throw new Win32Exception(errno, $"{operation}: {Marshal.GetPInvokeErrorMessage(errno)}");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int descriptor, int kind);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int descriptor, void* address, uint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth, nint fifth);
}
