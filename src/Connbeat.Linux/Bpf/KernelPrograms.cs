using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.Bpf;

/// <summary>
/// The programs in the kernel, and what they share with the agent. What the kernel does not go along with is left out where
/// something remains that is worth it; <see cref="Refusals"/> says why.
/// </summary>
internal sealed class KernelPrograms : IDisposable
{
    private const uint OnlyKey = 0;
    private const int TurnBytes = 16; // struct turn

    private readonly BpfObjectHandle _object;
    private readonly HashSet<ProgramFeature> _features;
    private readonly List<ProgramRefusal> _refusals;
    private readonly List<BpfLinkHandle> _links = [];
    private readonly ProgramSettings _settings;
    private uint _pass;

    private KernelPrograms(
        BpfObjectHandle loaded, HashSet<ProgramFeature> features, List<ProgramRefusal> refusals, ProgramSettings settings)
    {
        _object = loaded;
        _features = features;
        _refusals = refusals;
        _settings = settings;
    }

    /// <summary>What the kernel did not go along with.</summary>
    public IReadOnlyList<ProgramRefusal> Refusals => _refusals;

    /// <summary>Loads them; nothing is attached yet.</summary>
    /// <param name="settings">What they are told.</param>
    /// <param name="file">The object; empty for that of this build.</param>
    /// <param name="features">What is wanted; empty for all.</param>
    /// <exception cref="BpfException">eBPF cannot be used here.</exception>
    public static KernelPrograms Load(
        ProgramSettings settings, ReadOnlySpan<byte> file = default, params ReadOnlySpan<ProgramFeature> features)
    {
        byte[] bytes = file.IsEmpty ? ReadFile() : file.ToArray();
        HashSet<ProgramFeature> wanted = features.IsEmpty
            ? [.. ProgramFeatures.All.Select(each => each.Feature)]
            : [.. features];
        if (settings.FlowEntries == 0)
        {
            wanted.Remove(ProgramFeature.Flows);
        }

        List<ProgramRefusal> refusals = [];
        try
        {
            while (true)
            {
                if (TryLoad(bytes, settings, wanted, out string said, out int errno) is { } loaded)
                {
                    return new KernelPrograms(loaded, wanted, refusals, settings);
                }

                ProgramFeature? failed = LibBpfWords.ProgramOf(said) is { } program ? ProgramFeatures.Of(program) : null;
                BpfException failure = FailureOf(said, errno);
                if (failed is not { } feature || feature.IsNeeded() || !wanted.Remove(feature))
                {
                    throw failure;
                }

                refusals.Add(new ProgramRefusal(feature, failure));
            }
        }
        catch (DllNotFoundException)
        {
            throw new BpfException("libbpf.so.1 is not installed") { IsOfLibrary = true };
        }
        catch (EntryPointNotFoundException missing)
        {
            throw new BpfException($"libbpf.so.1 is too old: {missing.Message}") { IsOfLibrary = true };
        }
    }

    /// <summary>True where the kernel goes along with it.</summary>
    public bool Has(ProgramFeature feature) => _features.Contains(feature);

    /// <summary>Has the kernel call the programs from now on.</summary>
    /// <param name="cgroups">The root of the control groups of version 2; null where none is mounted.</param>
    /// <exception cref="BpfException">The kernel refused what is needed.</exception>
    public void Attach(SafeFileHandle? cgroups)
    {
        foreach ((ProgramFeature feature, string[] programs) in ProgramFeatures.All)
        {
            if (!Has(feature) || feature is ProgramFeature.Snapshots)
            {
                continue;
            }

            try
            {
                AttachAll(programs, cgroups);
            }
            catch (BpfException failure) when (!feature.IsNeeded())
            {
                _features.Remove(feature);
                _refusals.Add(new ProgramRefusal(feature, failure));
            }
        }
    }

    /// <summary>The ring that the programs write to. It must be disposed of before the programs.</summary>
    /// <exception cref="KernelException">The kernel refused to share it.</exception>
    public RingBuffer OpenRing() => new(MapDescriptor("ring"), _settings.RingBytes);

    /// <summary>The flows of UDP sockets; null where they are not told.</summary>
    public FlowMap? OpenFlows() => Has(ProgramFeature.Flows)
        ? new FlowMap(MapDescriptor("flows"), _settings.FlowEntries, () => SumOf("uncounted", OnlyKey, sizeof(long)))
        : null;

    /// <summary>
    /// How many records were lost: the ring had no room, or a program was to be called while it ran on the same processor.
    /// </summary>
    public long Lost()
    {
        long lost = SumOf("lost", OnlyKey, sizeof(long));
        foreach ((ProgramFeature feature, string[] programs) in ProgramFeatures.All)
        {
            // What is missed of uses is made up for by the next use, or by the end; programs of control groups miss nothing.
            lost += Has(feature) && feature is not (ProgramFeature.Uses or ProgramFeature.Flows) ? programs.Sum(Missed) : 0;
        }

        return lost;
    }

    /// <summary>Reads the sockets that processes hold; a socket comes once for each descriptor.</summary>
    /// <param name="row">Takes each row; see <see cref="ProgramSocket.ParseRow"/>.</param>
    /// <param name="pid">Those of one process; 0: of all. One process takes Linux 6.1.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public void ReadSockets(RecordReader row, int pid = 0)
    {
        if (pid == 0)
        {
            Span<byte> pass = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(pass, ++_pass);
            LibBpf.Set(MapDescriptor(".data.pass"), OnlyKey, pass);
        }

        int errno = LibBpf.AttachIterator(LibBpf.Program(_object, "sockets"), pid, out BpfLinkHandle link);
        using (link)
        {
            int descriptor = errno == 0 ? LibBpf.Iterate(link) : -errno;
            using SafeFileHandle rows = descriptor >= 0
                ? new(descriptor, ownsHandle: true)
                : throw BpfException.Of("iterating over the descriptors of processes", -descriptor);
            SocketRows.Read(rows, row);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _links.ForEach(link => link.Dispose());
        _object.Dispose();
    }

    private static BpfException FailureOf(string said, int errno)
    {
        const int NotPermitted = 1; // EPERM

        return errno == NotPermitted && LibBpfWords.ProgramOf(said) is null
            ? new BpfException("this user may not load eBPF programs, which takes CAP_BPF and CAP_PERFMON", errno, said)
            : new BpfException($"loading eBPF programs: {LibBpfWords.Reason(said)}", errno, said);
    }

    private static byte[] ReadFile()
    {
        using Stream file = typeof(KernelPrograms).Assembly.GetManifestResourceStream("connbeat.bpf.o")!;
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static BpfObjectHandle? TryLoad(
        byte[] file, ProgramSettings settings, HashSet<ProgramFeature> wanted, out string said, out int errno)
    {
        LibBpf.Listen();
        errno = LibBpf.Open(file, out BpfObjectHandle loaded);
        errno = errno != 0 ? errno : Prepare(loaded, settings, wanted);
        errno = errno != 0 ? errno : LibBpf.Load(loaded);
        if (errno == 0 && settings.PortFlags() is { } ports)
        {
            errno = LibBpf.Set(LibBpf.MapDescriptor(LibBpf.Map(loaded, "ports")), OnlyKey, ports);
        }

        said = LibBpf.TakeSaid();
        if (errno == 0)
        {
            return loaded;
        }

        loaded.Dispose();
        return null;
    }

    private static int Prepare(BpfObjectHandle opened, ProgramSettings settings, HashSet<ProgramFeature> wanted)
    {
        int errno = 0;
        foreach ((ProgramFeature feature, string[] programs) in ProgramFeatures.All)
        {
            foreach (string name in programs)
            {
                errno |= LibBpf.SetLoaded(LibBpf.Program(opened, name), wanted.Contains(feature));
            }
        }

        settings.Write(LibBpf.InitialValue(LibBpf.Map(opened, ".rodata.settings")));
        errno |= LibBpf.SetEntries(LibBpf.Map(opened, "flows"), (uint)Math.Max(1, settings.FlowEntries));
        return errno | LibBpf.SetEntries(LibBpf.Map(opened, "ring"), (uint)settings.RingBytes);
    }

    /// <summary>All of them, or none.</summary>
    private void AttachAll(string[] programs, SafeFileHandle? cgroups)
    {
        List<BpfLinkHandle> links = [];
        try
        {
            foreach (string name in programs)
            {
                links.Add(Attach(name, cgroups));
            }
        }
        catch
        {
            links.ForEach(link => link.Dispose());
            throw;
        }

        _links.AddRange(links);
    }

    private BpfLinkHandle Attach(string name, SafeFileHandle? cgroups)
    {
        const int NoEntry = 2; // ENOENT

        nint program = LibBpf.Program(_object, name);
        bool isOfCgroup = name is "tcp_connect4" or "tcp_connect6" || ProgramFeatures.Of(name) is ProgramFeature.Flows;
        if (isOfCgroup && cgroups is null)
        {
            throw new BpfException("no hierarchy of control groups of version 2 is mounted here by its root", NoEntry);
        }

        LibBpf.Listen();
        int errno = isOfCgroup
            ? LibBpf.AttachToCgroup(program, cgroups!, out BpfLinkHandle link)
            : LibBpf.Attach(program, out link);
        string said = LibBpf.TakeSaid();
        if (errno == 0)
        {
            return link;
        }

        link.Dispose();
        throw BpfException.Of($"attaching {name}", errno, said);
    }

    /// <summary>
    /// How often a program was not called, and no other in its place. recursion_misses of struct bpf_prog_info; 0 before
    /// Linux 5.12.
    /// </summary>
    private long Missed(string program)
    {
        // The turn, in turns of ring.h, of a program that has a second one. The second misses nothing: in its turn it runs in
        // an interrupt that serves packets, in which no other does; out of its turn the first does the work. What is caught
        // is read last: what is missed is caught at once.
        uint? turn = program switch
        {
            "tcp_state" => 0,
            "tcp_destroy" => 1,
            _ => null,
        };
        return program.EndsWith("_nested", StringComparison.Ordinal) ? 0
            : turn is { } key ? Math.Max(0, Uncalled(program) - SumOf("turns", key, TurnBytes))
            : Uncalled(program);
    }

    private long Uncalled(string program)
    {
        const int Offset = 208;

        Span<byte> info = stackalloc byte[Offset + sizeof(long)];
        info.Clear();
        int errno = LibBpf.Describe(LibBpf.ProgramDescriptor(LibBpf.Program(_object, program)), info);
        return errno == 0 ? BinaryPrimitives.ReadInt64LittleEndian(info[Offset..]) : 0;
    }

    /// <summary>The first number of an entry that each processor has for itself, summed up.</summary>
    private long SumOf(string map, uint key, int bytes)
    {
        long sum = 0;
        Span<byte> counts = new byte[bytes * LibBpf.Processors()];
        if (LibBpf.Look(MapDescriptor(map), key, counts) == 0)
        {
            for (; !counts.IsEmpty; counts = counts[bytes..])
            {
                sum += BinaryPrimitives.ReadInt64LittleEndian(counts);
            }
        }

        return sum;
    }

    private int MapDescriptor(string name) => LibBpf.MapDescriptor(LibBpf.Map(_object, name));
}
