using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Connbeat.Linux.Bpf;

/// <summary>
/// The part of libbpf that connbeat uses, version 1.0 or later; https://libbpf.readthedocs.io. No other file declares a
/// function of it. Where the library is missing, every call throws <see cref="DllNotFoundException"/>.
/// </summary>
internal static unsafe partial class LibBpf
{
    private const string Library = "libbpf.so.1";

    /// <summary>What libbpf said to the calling thread since <see cref="Listen"/>; null where nobody listens.</summary>
    [ThreadStatic]
    private static StringBuilder? _said;

    /// <summary>Takes what libbpf says to the calling thread from now on, instead of having it on stderr.</summary>
    public static void Listen()
    {
        _said = new StringBuilder();
        libbpf_set_print(&Hear);
    }

    /// <summary>What libbpf has said to the calling thread since <see cref="Listen"/>.</summary>
    public static string TakeSaid()
    {
        string said = _said?.ToString() ?? "";
        _said = null;
        return said;
    }

    /// <summary>Reads an object file; bpf_object__open_mem.</summary>
    /// <returns>0, or the errno.</returns>
    public static int Open(ReadOnlySpan<byte> file, out BpfObjectHandle handle)
    {
        fixed (byte* bytes = file, name = "connbeat\0"u8)
        {
            OpenOptions options = new() { Size = (nuint)sizeof(OpenOptions), Name = name };
            nint opened = bpf_object__open_mem(bytes, (nuint)file.Length, &options);
            int errno = opened == 0 ? Marshal.GetLastPInvokeError() : 0;
            handle = new BpfObjectHandle(opened);
            return errno;
        }
    }

    /// <summary>Loads maps and programs into the kernel; bpf_object__load.</summary>
    /// <returns>0, or the errno.</returns>
    public static int Load(BpfObjectHandle file) => -bpf_object__load(file);

    /// <summary>Closes an object, and with it all of its maps and programs that nothing else holds.</summary>
    public static void Close(nint file) => bpf_object__close(file);

    /// <summary>A program by its name; bpf_object__find_program_by_name.</summary>
    public static nint Program(BpfObjectHandle file, string name) =>
        Named(bpf_object__find_program_by_name(file, name), name);

    /// <summary>A map by its name; bpf_object__find_map_by_name.</summary>
    public static nint Map(BpfObjectHandle file, string name) => Named(bpf_object__find_map_by_name(file, name), name);

    /// <summary>Says whether a program is to be loaded; bpf_program__set_autoload.</summary>
    /// <returns>0, or the errno.</returns>
    public static int SetLoaded(nint program, bool isLoaded) => -bpf_program__set_autoload(program, (byte)(isLoaded ? 1 : 0));

    /// <summary>Sets the size of a map before it is loaded; bpf_map__set_max_entries.</summary>
    /// <returns>0, or the errno.</returns>
    public static int SetEntries(nint map, uint entries) => -bpf_map__set_max_entries(map, entries);

    /// <summary>The memory that a map of global variables begins with, before it is loaded; bpf_map__initial_value.</summary>
    public static Span<byte> InitialValue(nint map)
    {
        nuint size = 0;
        void* value = bpf_map__initial_value(map, &size);
        return new Span<byte>(value, value is null ? 0 : (int)size);
    }

    /// <summary>The descriptor of a loaded program; bpf_program__fd.</summary>
    public static int ProgramDescriptor(nint program) => bpf_program__fd(program);

    /// <summary>The descriptor of a loaded map; bpf_map__fd.</summary>
    public static int MapDescriptor(nint map) => bpf_map__fd(map);

    /// <summary>The descriptor of a link; bpf_link__fd.</summary>
    public static int LinkDescriptor(BpfLinkHandle link) => bpf_link__fd(link);

    /// <summary>Has the kernel call a program where its section says; bpf_program__attach.</summary>
    /// <returns>0, or the errno.</returns>
    public static int Attach(nint program, out BpfLinkHandle link) => Linked(bpf_program__attach(program), out link);

    /// <summary>Has the kernel call a program for all that is in a control group; bpf_program__attach_cgroup.</summary>
    /// <returns>0, or the errno.</returns>
    public static int AttachToCgroup(nint program, SafeHandle folder, out BpfLinkHandle link) =>
        Linked(bpf_program__attach_cgroup(program, (int)folder.DangerousGetHandle()), out link);

    /// <summary>Makes an iterator; bpf_program__attach_iter.</summary>
    /// <param name="program">The program.</param>
    /// <param name="pid">Of this process only; 0: of all. Linux 6.1.</param>
    /// <param name="link">The iterator.</param>
    /// <returns>0, or the errno.</returns>
    public static int AttachIterator(nint program, int pid, out BpfLinkHandle link)
    {
        uint* which = stackalloc uint[] { 0, (uint)pid, 0, 0 }; // union bpf_iter_link_info: tid, pid, pid_fd
        IteratorOptions options = new()
        {
            Size = (nuint)sizeof(IteratorOptions),
            Which = pid == 0 ? null : which,
            WhichSize = pid == 0 ? 0u : 16u,
        };
        return Linked(bpf_program__attach_iter(program, &options), out link);
    }

    /// <summary>Undoes a link.</summary>
    /// <returns>0, or the errno.</returns>
    public static int Detach(nint link) => -bpf_link__destroy(link);

    /// <summary>Begins to iterate: what is read from the descriptor is what the program writes; bpf_iter_create.</summary>
    /// <returns>The descriptor, or the negated errno.</returns>
    public static int Iterate(BpfLinkHandle link) => bpf_iter_create(bpf_link__fd(link));

    /// <summary>The value of a key in a map; bpf_map_lookup_elem.</summary>
    /// <returns>0, or the errno.</returns>
    public static int Look(int map, uint key, Span<byte> value)
    {
        fixed (byte* into = value)
        {
            return -bpf_map_lookup_elem(map, &key, into);
        }
    }

    /// <summary>The value of a key in a map whose keys are no numbers; bpf_map_lookup_elem.</summary>
    /// <returns>0, or the errno.</returns>
    public static int Look(int map, ReadOnlySpan<byte> key, Span<byte> value)
    {
        fixed (byte* which = key, into = value)
        {
            return -bpf_map_lookup_elem(map, which, into);
        }
    }

    /// <summary>Takes an entry out of a map; bpf_map_lookup_and_delete_elem.</summary>
    /// <returns>0, or the errno.</returns>
    public static int Take(int map, ReadOnlySpan<byte> key, Span<byte> value)
    {
        fixed (byte* which = key, into = value)
        {
            return -bpf_map_lookup_and_delete_elem(map, which, into);
        }
    }

    /// <summary>Deletes an entry of a map; bpf_map_delete_elem.</summary>
    /// <returns>0, or the errno.</returns>
    public static int Delete(int map, ReadOnlySpan<byte> key)
    {
        fixed (byte* which = key)
        {
            return -bpf_map_delete_elem(map, which);
        }
    }

    /// <summary>Reads some entries of a hash map; bpf_map_lookup_batch.</summary>
    /// <param name="map">The map's descriptor.</param>
    /// <param name="isFirst">True for the first ones.</param>
    /// <param name="position">Where the last call came to; of the kernel's own making.</param>
    /// <param name="keys">Takes the keys, one behind the other.</param>
    /// <param name="values">Takes the values, likewise.</param>
    /// <param name="count">How many there is room for; then, how many were read.</param>
    /// <returns>0, or the errno: ENOENT where that was the rest.</returns>
    public static int LookBatch(int map, bool isFirst, ref ulong position, Span<byte> keys, Span<byte> values, ref uint count)
    {
        fixed (ulong* at = &position)
        fixed (uint* howMany = &count)
        fixed (byte* intoKeys = keys, intoValues = values)
        {
            return -bpf_map_lookup_batch(map, isFirst ? null : at, at, intoKeys, intoValues, howMany, null);
        }
    }

    /// <summary>Sets the value of a key in a map; bpf_map_update_elem.</summary>
    /// <returns>0, or the errno.</returns>
    public static int Set(int map, uint key, ReadOnlySpan<byte> value)
    {
        fixed (byte* from = value)
        {
            return -bpf_map_update_elem(map, &key, from, 0);
        }
    }

    /// <summary>Reads as much of <c>struct bpf_prog_info</c> as there is room for; bpf_obj_get_info_by_fd.</summary>
    /// <returns>0, or the errno.</returns>
    public static int Describe(int program, Span<byte> info)
    {
        uint size = (uint)info.Length;
        fixed (byte* into = info)
        {
            return -bpf_obj_get_info_by_fd(program, into, &size);
        }
    }

    /// <summary>How many values an entry of a map for each processor has; libbpf_num_possible_cpus.</summary>
    public static int Processors() => libbpf_num_possible_cpus();

    /// <summary>Puts part of a file into memory that is shared with whoever else does; mmap(2).</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static nint MapMemory(SafeHandle file, int offset, int length, bool isWritable)
    {
        const int Read = 1, Write = 2, Shared = 1; // PROT_READ, PROT_WRITE, MAP_SHARED

        int protection = isWritable ? Read | Write : Read;
        nint at = mmap(0, (nuint)length, protection, Shared, (int)file.DangerousGetHandle(), offset);
        return at != -1 ? at : throw new KernelException($"mmap({length} bytes)", Marshal.GetLastPInvokeError());
    }

    /// <summary>Undoes <see cref="MapMemory"/>; munmap(2).</summary>
    public static bool UnmapMemory(nint at, int length) => munmap(at, (nuint)length) == 0;

    private static nint Named(nint found, string name) =>
        found != 0 ? found : throw BpfException.Of($"the object has no {name}", Marshal.GetLastPInvokeError());

    private static int Linked(nint made, out BpfLinkHandle link)
    {
        int errno = made == 0 ? Marshal.GetLastPInvokeError() : 0;
        link = new BpfLinkHandle(made);
        return errno;
    }

    /// <summary>The text that libbpf would print: a va_list is passed by its address on every architecture of 64 bits.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Hear(int level, byte* format, nint arguments)
    {
        const int Debug = 2, Longest = 1 << 20; // LIBBPF_DEBUG

        if (level >= Debug || _said is not { Length: < Longest } said)
        {
            return 0;
        }

        byte[] text = new byte[64 * 1024];
        fixed (byte* into = text)
        {
            int length = vsnprintf(into, (nuint)text.Length, format, arguments);
            said.Append(Encoding.UTF8.GetString(text, 0, Math.Clamp(length, 0, text.Length - 1)));
            return length;
        }
    }

    [LibraryImport(Library)]
    private static partial nint libbpf_set_print(delegate* unmanaged[Cdecl]<int, byte*, nint, int> hear);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint bpf_object__open_mem(void* bytes, nuint size, OpenOptions* options);

    [LibraryImport(Library)]
    private static partial int bpf_object__load(BpfObjectHandle file);

    [LibraryImport(Library)]
    private static partial void bpf_object__close(nint file);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint bpf_object__find_program_by_name(BpfObjectHandle file, string name);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint bpf_object__find_map_by_name(BpfObjectHandle file, string name);

    [LibraryImport(Library)]
    private static partial int bpf_program__set_autoload(nint program, byte isLoaded);

    [LibraryImport(Library)]
    private static partial int bpf_program__fd(nint program);

    [LibraryImport(Library)]
    private static partial int bpf_map__fd(nint map);

    [LibraryImport(Library)]
    private static partial int bpf_map__set_max_entries(nint map, uint entries);

    [LibraryImport(Library)]
    private static partial void* bpf_map__initial_value(nint map, nuint* size);

    [LibraryImport(Library)]
    private static partial int bpf_link__fd(BpfLinkHandle link);

    [LibraryImport(Library)]
    private static partial int bpf_link__destroy(nint link);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint bpf_program__attach(nint program);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint bpf_program__attach_cgroup(nint program, int folder);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint bpf_program__attach_iter(nint program, IteratorOptions* options);

    [LibraryImport(Library)]
    private static partial int bpf_iter_create(int link);

    [LibraryImport(Library)]
    private static partial int bpf_map_lookup_elem(int map, void* key, void* value);

    [LibraryImport(Library)]
    private static partial int bpf_map_lookup_and_delete_elem(int map, void* key, void* value);

    [LibraryImport(Library)]
    private static partial int bpf_map_delete_elem(int map, void* key);

    [LibraryImport(Library)]
    private static partial int bpf_map_lookup_batch(
        int map, void* from, void* to, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Library)]
    private static partial int bpf_map_update_elem(int map, void* key, void* value, ulong flags);

    [LibraryImport(Library)]
    private static partial int bpf_obj_get_info_by_fd(int descriptor, void* info, uint* size);

    [LibraryImport(Library)]
    private static partial int libbpf_num_possible_cpus();

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint at, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc")]
    private static partial int munmap(nint at, nuint length);

    [LibraryImport("libc")]
    private static partial int vsnprintf(byte* into, nuint size, byte* format, nint arguments);

    /// <summary>The beginning of struct bpf_object_open_opts; &lt;bpf/libbpf.h&gt;.</summary>
    private struct OpenOptions
    {
        public nuint Size;
        public byte* Name;
    }

    /// <summary>struct bpf_iter_attach_opts; &lt;bpf/libbpf.h&gt;.</summary>
    private struct IteratorOptions
    {
        public nuint Size;
        public uint* Which;
        public uint WhichSize;
    }
}
