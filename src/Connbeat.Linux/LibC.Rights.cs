using System.Runtime.InteropServices;
using System.Text;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Linux;

/// <content>Users and capabilities of the calling thread.</content>
internal static unsafe partial class LibC
{
    private const uint Version3 = 0x2008_0522; // _LINUX_CAPABILITY_VERSION_3

    /// <summary>The user id that the kernel goes by for this process; geteuid(2).</summary>
    public static uint EffectiveUser() => geteuid();

    /// <summary>The user who started this process; getuid(2).</summary>
    public static uint RealUser() => getuid();

    /// <summary>True where the file of the program changed user or group: set-user-ID and set-group-ID; credentials(7).</summary>
    public static bool HasChangedUser() => geteuid() != getuid() || getegid() != getgid();

    /// <summary>True where a capability is in the thread's ambient set: it has that from who started it; PR_CAP_AMBIENT(2const).</summary>
    public static bool IsAmbient(Capability one)
    {
        const int Ambient = 47, IsSet = 1; // PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET; prctl(2)

        return prctl(Ambient, IsSet, (nuint)ulong.TrailingZeroCount((ulong)one), 0, 0) == 1;
    }

    /// <summary>The capabilities of the calling thread; capget(2).</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static CapabilitySets Capabilities()
    {
        CapabilityHeader header = new() { Version = Version3 };
        CapabilitySets sets;
        return capget(&header, &sets) == 0 ? sets : throw LastError("capget");
    }

    /// <summary>Changes the capabilities of the calling thread, and of no other; capset(2).</summary>
    /// <returns>0, or the errno.</returns>
    public static int TrySetCapabilities(CapabilitySets sets)
    {
        CapabilityHeader header = new() { Version = Version3 };
        return capset(&header, &sets) == 0 ? 0 : Marshal.GetLastSystemError();
    }

    /// <summary>The name of a user, from wherever the system keeps them; getpwuid_r(3). Null where there is none.</summary>
    public static string? UserName(uint uid)
    {
        const int BufferTooSmall = 34; // ERANGE

        byte* record = stackalloc byte[128];          // struct passwd begins with char *pw_name; <pwd.h>
        for (int size = 1024; size <= 1 << 20; size *= 4)
        {
            byte[] strings = new byte[size];
            byte* found = null;
            fixed (byte* text = strings)
            {
                int errno = getpwuid_r(uid, record, text, (nuint)size, &found);
                if (errno == BufferTooSmall)
                {
                    continue;
                }

                return errno != 0 || found is null
                    ? null
                    : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*(byte**)record));
            }
        }

        return null;
    }

    /// <summary>True where a file has an attribute by that name, whatever it says; getxattr(2). Both in UTF-8 with a NUL byte.</summary>
    public static bool HasAttribute(ReadOnlySpan<byte> path, ReadOnlySpan<byte> attribute)
    {
        fixed (byte* file = path, name = attribute)
        {
            return getxattr(file, name, null, 0) >= 0;
        }
    }

    /// <summary>struct __user_cap_header_struct; thread 0 is the calling one; &lt;linux/capability.h&gt;.</summary>
    private struct CapabilityHeader
    {
        public uint Version;
        public int Thread;
    }
}

/// <summary>Capabilities 0 to 31, and behind them 32 to 63: two of struct __user_cap_data_struct; &lt;linux/capability.h&gt;.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CapabilitySets
{
    private uint _lowEffective;
    private readonly uint _lowPermitted;
    private readonly uint _lowInheritable;
    private uint _highEffective;
    private readonly uint _highPermitted;
    private readonly uint _highInheritable;

    /// <summary>Those that the kernel looks at.</summary>
    public Capability Effective
    {
        readonly get => (Capability)(((ulong)_highEffective << 32) | _lowEffective);
        set => (_lowEffective, _highEffective) = ((uint)value, (uint)((ulong)value >> 32));
    }
}
