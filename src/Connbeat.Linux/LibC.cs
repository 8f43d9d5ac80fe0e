using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux;

/// <summary>The few libc calls that the BCL does not offer, or not without many system calls more. No other file declares one, but for what only eBPF needs.</summary>
internal static unsafe partial class LibC
{
    /// <summary>Nanoseconds of CLOCK_BOOTTIME; clock_gettime(2).</summary>
    public static long BootNanoseconds()
    {
        const int BootTimeClock = 7; // CLOCK_BOOTTIME

        return clock_gettime(BootTimeClock, out TimeSpec now) == 0
            ? (now.Seconds * 1_000_000_000) + now.Nanoseconds
            : throw LastError("clock_gettime(CLOCK_BOOTTIME)");
    }

    /// <summary>Nanoseconds of CLOCK_MONOTONIC, by which systemd goes; clock_gettime(2).</summary>
    public static long MonotonicNanoseconds()
    {
        const int MonotonicClock = 1; // CLOCK_MONOTONIC

        return clock_gettime(MonotonicClock, out TimeSpec now) == 0
            ? (now.Seconds * 1_000_000_000) + now.Nanoseconds
            : throw LastError("clock_gettime(CLOCK_MONOTONIC)");
    }

    /// <summary>Nanoseconds that the calling thread has spent on a processor; CLOCK_THREAD_CPUTIME_ID of clock_gettime(2).</summary>
    public static long ThreadCpuNanoseconds()
    {
        const int ThreadCpuClock = 3; // CLOCK_THREAD_CPUTIME_ID

        return clock_gettime(ThreadCpuClock, out TimeSpec spent) == 0
            ? (spent.Seconds * 1_000_000_000) + spent.Nanoseconds
            : throw LastError("clock_gettime(CLOCK_THREAD_CPUTIME_ID)");
    }

    /// <summary>How many clock ticks /proc counts in a second; sysconf(3), _SC_CLK_TCK.</summary>
    public static long ClockTicksPerSecond() => sysconf(2);

    /// <summary>
    /// A netlink socket, closed on exec, of the calling thread's network namespace, bound to a port that the kernel
    /// chooses: one without a port gets answers, but no multicast; netlink(7).
    /// </summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static SafeSocketHandle OpenNetlink(int protocol)
    {
        const int AddressFamilyNetlink = 16, Raw = 3, CloseOnExec = 0x80000;

        int descriptor = socket(AddressFamilyNetlink, Raw | CloseOnExec, protocol);
        if (descriptor < 0)
        {
            throw LastError($"socket(AF_NETLINK, {protocol})");
        }

        SafeSocketHandle handle = new(descriptor, ownsHandle: true);
        byte* address = stackalloc byte[12];          // struct sockaddr_nl; <linux/netlink.h>
        new Span<byte>(address, 12).Clear();
        *(ushort*)address = AddressFamilyNetlink;
        if (bind(descriptor, address, 12) < 0)
        {
            KernelException failure = LastError("bind(AF_NETLINK)");
            handle.Dispose();
            throw failure;
        }

        return handle;
    }

    /// <summary>
    /// Puts the calling thread, and it alone, into the network namespace behind an open /proc/[pid]/ns/net or mount of one;
    /// setns(2). Takes CAP_SYS_ADMIN.
    /// </summary>
    /// <returns>0, or the errno.</returns>
    public static int TryEnterNetworkNamespace(SafeFileHandle @namespace)
    {
        const int NewNetwork = 0x4000_0000; // CLONE_NEWNET

        return setns((int)@namespace.DangerousGetHandle(), NewNetwork) == 0 ? 0 : Marshal.GetLastSystemError();
    }

    /// <summary>An epoll(7) instance, closed on exec.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static SafeFileHandle OpenEpoll()
    {
        const int CloseOnExec = 0x80000;

        int descriptor = epoll_create1(CloseOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw LastError("epoll_create1");
    }

    /// <summary>Has an epoll instance tell when something can be read; it forgets a descriptor that is closed.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static void AddToEpoll(SafeFileHandle epoll, SafeHandle descriptor, uint tag)
    {
        const int Add = 1;                   // EPOLL_CTL_ADD
        const uint Readable = 1, Error = 8;  // EPOLLIN, EPOLLERR

        uint* wanted = stackalloc uint[] { Readable | Error, tag, tag, tag }; // wherever the data begins
        if (epoll_ctl((int)epoll.DangerousGetHandle(), Add, (int)descriptor.DangerousGetHandle(), wanted) < 0)
        {
            throw LastError("epoll_ctl(EPOLL_CTL_ADD)");
        }
    }

    /// <summary>Waits until something can be read; epoll_wait(2).</summary>
    /// <param name="epoll">The instance.</param>
    /// <param name="tags">Takes the tags of what can be read.</param>
    /// <param name="milliseconds">The longest to wait.</param>
    /// <returns>How many there are; 0 also where a signal came.</returns>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static int WaitForEpoll(SafeFileHandle epoll, Span<uint> tags, int milliseconds)
    {
        const int Interrupted = 4; // EINTR
        const int Most = 64;

        uint* ready = stackalloc uint[Most * 4];
        int count = epoll_wait((int)epoll.DangerousGetHandle(), ready, Math.Min(tags.Length, Most), milliseconds);
        if (count < 0)
        {
            return Marshal.GetLastSystemError() == Interrupted ? 0 : throw LastError("epoll_wait");
        }

        for (int position = 0; position < count; position++)
        {
            tags[position] = ready[(position * EpollEventSize / sizeof(uint)) + 2];
        }

        return count;
    }

    /// <summary>Opens a file or folder for reading. Null, and the errno, where the kernel refused; open(2).</summary>
    /// <param name="path">The path in UTF-8, ended by a NUL byte.</param>
    /// <param name="directory">True where anything but a folder is an error.</param>
    /// <param name="errno">Why it could not be opened, else 0.</param>
    public static SafeFileHandle? TryOpen(ReadOnlySpan<byte> path, bool directory, out int errno)
    {
        const int CloseOnExec = 0x80000, NonBlocking = 0x800;

        int flags = CloseOnExec | NonBlocking | (directory ? DirectoryFlag : 0);
        fixed (byte* name = path)
        {
            int descriptor = open(name, flags, 0);
            errno = descriptor < 0 ? Marshal.GetLastSystemError() : 0;
            return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
        }
    }

    /// <summary>Reads from where the file stands; read(2).</summary>
    /// <returns>How many bytes, 0 at the end, or the negated errno.</returns>
    public static int Read(SafeFileHandle file, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            nint count = read((int)file.DangerousGetHandle(), bytes, (nuint)buffer.Length);
            return count < 0 ? -Marshal.GetLastSystemError() : (int)count;
        }
    }

    /// <summary>The next entries of a folder as <c>struct linux_dirent64</c>; getdents64(2).</summary>
    /// <returns>How many bytes, 0 at the end, or the negated errno.</returns>
    public static int ReadDirectory(SafeFileHandle directory, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            nint count = getdents64((int)directory.DangerousGetHandle(), bytes, (nuint)buffer.Length);
            return count < 0 ? -Marshal.GetLastSystemError() : (int)count;
        }
    }

    /// <summary>Where a symbolic link in <paramref name="directory"/> leads; readlinkat(2).</summary>
    /// <param name="directory">The open folder.</param>
    /// <param name="name">The link's name in UTF-8, ended by a NUL byte.</param>
    /// <param name="target">Takes the target, cut to its size.</param>
    /// <returns>How many bytes, or the negated errno.</returns>
    public static int ReadLink(SafeFileHandle directory, ReadOnlySpan<byte> name, Span<byte> target)
    {
        fixed (byte* link = name, bytes = target)
        {
            nint count = readlinkat((int)directory.DangerousGetHandle(), link, bytes, (nuint)target.Length);
            return count < 0 ? -Marshal.GetLastSystemError() : (int)count;
        }
    }

    /// <summary>Where the symbolic link at <paramref name="path"/> (UTF-8, NUL at its end) leads; readlink(2).</summary>
    /// <returns>How many bytes, or the negated errno.</returns>
    public static int ReadLink(ReadOnlySpan<byte> path, Span<byte> target)
    {
        const int CurrentDirectory = -100; // AT_FDCWD

        fixed (byte* link = path, bytes = target)
        {
            nint count = readlinkat(CurrentDirectory, link, bytes, (nuint)target.Length);
            return count < 0 ? -Marshal.GetLastSystemError() : (int)count;
        }
    }

    /// <summary>
    /// Opens a file, or makes it with mode 0600, so that each write goes to what is its end at that moment: O_APPEND of
    /// open(2). Null, and the errno, where the kernel refused. A pipe without a reader does not keep the caller waiting.
    /// </summary>
    /// <param name="path">The path in UTF-8, ended by a NUL byte.</param>
    /// <param name="errno">Why it could not be opened, else 0.</param>
    public static SafeFileHandle? TryOpenToAppend(ReadOnlySpan<byte> path, out int errno)
    {
        const int ReadWrite = 2, Create = 0x40, NoTerminal = 0x100, Append = 0x400, NonBlocking = 0x800;
        const int CloseOnExec = 0x80000, OwnerOnly = 0x180; // 0600

        fixed (byte* name = path)
        {
            int descriptor = open(name, ReadWrite | Create | NoTerminal | Append | NonBlocking | CloseOnExec, OwnerOnly);
            errno = descriptor < 0 ? Marshal.GetLastSystemError() : 0;
            return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
        }
    }

    /// <summary>Writes as much as goes in one; write(2).</summary>
    /// <returns>How many bytes, or the negated errno.</returns>
    public static int Write(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* from = bytes)
        {
            nint count = write((int)file.DangerousGetHandle(), from, (nuint)bytes.Length);
            return count < 0 ? -Marshal.GetLastSystemError() : (int)count;
        }
    }

    /// <summary>What is at <paramref name="path"/> (UTF-8, NUL at its end); statx(2).</summary>
    /// <returns>0, or the errno.</returns>
    public static int TryStatus(ReadOnlySpan<byte> path, out FileStatus status)
    {
        const int CurrentDirectory = -100;            // AT_FDCWD

        return TryStatus(CurrentDirectory, path, 0, out status);
    }

    /// <summary>What an open file is; statx(2).</summary>
    /// <returns>0, or the errno.</returns>
    public static int TryStatus(SafeFileHandle file, out FileStatus status)
    {
        const int EmptyPath = 0x1000;                 // AT_EMPTY_PATH

        return TryStatus((int)file.DangerousGetHandle(), "\0"u8, EmptyPath, out status);
    }

    /// <summary>
    /// Whether the effective user may write to the file, or make files in the folder, at <paramref name="path"/> (UTF-8,
    /// NUL at its end); access(2).
    /// </summary>
    /// <returns>0, or the errno.</returns>
    public static int TryWriteAccess(ReadOnlySpan<byte> path, bool folder)
    {
        const int CurrentDirectory = -100, Effective = 0x200; // AT_FDCWD, AT_EACCESS
        const int Write = 2, Search = 1;                      // W_OK, X_OK

        int mode = Write | (folder ? Search : 0);
        fixed (byte* name = path)
        {
            return faccessat(CurrentDirectory, name, mode, Effective) < 0 ? Marshal.GetLastSystemError() : 0;
        }
    }

    /// <summary>O_DIRECTORY, whose value is the architecture's own; asm/fcntl.h.</summary>
    private static readonly int DirectoryFlag =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    /// <summary>
    /// Bytes of struct epoll_event: events 4, data 8, without a gap on x86-64 and with one of 4 elsewhere; &lt;sys/epoll.h&gt;.
    /// Bytes 8 to 11 belong to the data in both.
    /// </summary>
    private static readonly int EpollEventSize = RuntimeInformation.ProcessArchitecture is Architecture.X64 ? 12 : 16;

    private static int TryStatus(int directory, ReadOnlySpan<byte> path, int flags, out FileStatus status)
    {
        const uint Type = 1, Owner = 8, Inode = 0x100, Size = 0x200; // STATX_TYPE, STATX_UID, STATX_INO, STATX_SIZE
        const int KindOfFile = 0xF000, Regular = 0x8000;  // S_IFMT, S_IFREG; inode(7)

        byte* result = stackalloc byte[256];              // struct statx; <linux/stat.h>
        fixed (byte* name = path)
        {
            if (statx(directory, name, flags, Type | Owner | Inode | Size, result) < 0)
            {
                status = default;
                return Marshal.GetLastSystemError();
            }
        }

        ulong device = ((ulong)*(uint*)(result + 136) << 32) | *(uint*)(result + 140);
        bool isRegular = (*(ushort*)(result + 28) & KindOfFile) == Regular;
        status = new FileStatus(*(ulong*)(result + 32), *(ulong*)(result + 40), device, isRegular, *(uint*)(result + 20));
        return 0;
    }

    private static KernelException LastError(string operation) => new(operation, Marshal.GetLastSystemError());

    [LibraryImport("libcrypt.so.1", EntryPoint = "crypt_rn")]
    private static partial nint crypt_rn_1(byte* phrase, byte* setting, byte* data, int size);

    [LibraryImport("libcrypt.so.2", EntryPoint = "crypt_rn")]
    private static partial nint crypt_rn_2(byte* phrase, byte* setting, byte* data, int size);

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    [LibraryImport("libc")]
    private static partial nint sysconf(int name);

    [LibraryImport("libc")]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc")]
    private static partial int bind(int descriptor, byte* address, uint size);

    [LibraryImport("libc")]
    private static partial int setns(int descriptor, int kind);

    [LibraryImport("libc")]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc")]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, uint* wanted);

    [LibraryImport("libc")]
    private static partial int epoll_wait(int epoll, uint* ready, int most, int milliseconds);

    [LibraryImport("libc")]
    private static partial int open(byte* path, int flags, int mode);

    [LibraryImport("libc")]
    private static partial nint read(int descriptor, byte* buffer, nuint size);

    [LibraryImport("libc")]
    private static partial nint write(int descriptor, byte* buffer, nuint size);

    [LibraryImport("libc")]
    private static partial nint getdents64(int descriptor, byte* buffer, nuint size);

    [LibraryImport("libc")]
    private static partial nint readlinkat(int directory, byte* path, byte* buffer, nuint size);

    [LibraryImport("libc")]
    private static partial int statx(int directory, byte* path, int flags, uint mask, byte* result);

    [LibraryImport("libc")]
    private static partial int faccessat(int directory, byte* path, int mode, int flags);

    [LibraryImport("libc")]
    private static partial int getpwuid_r(uint uid, byte* record, byte* buffer, nuint size, byte** result);

    [LibraryImport("libc")]
    private static partial nint getxattr(byte* path, byte* name, byte* value, nuint size);

    [LibraryImport("libc")]
    private static partial uint getuid();

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc")]
    private static partial uint getgid();

    [LibraryImport("libc")]
    private static partial uint getegid();

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint first, nuint second, nuint third, nuint fourth);

    [LibraryImport("libc")]
    private static partial int capget(CapabilityHeader* header, CapabilitySets* sets);

    [LibraryImport("libc")]
    private static partial int capset(CapabilityHeader* header, CapabilitySets* sets);

    /// <summary>struct timespec on 64-bit Linux; &lt;time.h&gt;.</summary>
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}

/// <summary>What statx(2) tells of a file, as far as connbeat asks.</summary>
/// <param name="Inode">Its number, unique on its device.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Device">The file system that it is on; major and minor number in one.</param>
/// <param name="IsRegular">False for a folder, a device, a pipe or a socket.</param>
/// <param name="Owner">User id of its owner.</param>
internal readonly record struct FileStatus(ulong Inode, ulong Size, ulong Device, bool IsRegular, uint Owner);
