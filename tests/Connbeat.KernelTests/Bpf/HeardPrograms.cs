using Connbeat.KernelTests.Lab;
using Connbeat.Linux.Bpf;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;

namespace Connbeat.KernelTests.Bpf;

/// <summary>The eBPF programs at work for the sockets of a lab's namespace, and what they have told so far.</summary>
internal sealed class HeardPrograms : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RingBuffer _ring;

    /// <summary>Loads and attaches them.</summary>
    public HeardPrograms(NetworkNamespaceLab lab, Func<ProgramSettings, ProgramSettings>? with = null)
    {
        ProgramSettings settings = new() { OnlyNamespace = lab.Namespace, PidNamespace = PidNamespaceHere() };
        Programs = KernelPrograms.Load(with?.Invoke(settings) ?? settings);
        try
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle? cgroups = CgroupRoot.Open(new ProcReader(ProcReader.System));
            Programs.Attach(cgroups);
            _ring = Programs.OpenRing();
        }
        catch
        {
            Programs.Dispose();
            throw;
        }
    }

    /// <summary>The programs.</summary>
    public KernelPrograms Programs { get; }

    /// <summary>What was told of sockets.</summary>
    public List<SocketRecord> Sockets { get; } = [];

    /// <summary>What was told of processes, of the whole machine.</summary>
    public List<ProcessRecord> Processes { get; } = [];

    /// <summary>The pid namespace as the settings have it.</summary>
    public static uint PidNamespaceHere()
    {
        ProcReader proc = new(ProcReader.System);
        return InitialNamespace.IsOfProcesses(proc) == true ? 0 : PidNamespace.Current(proc)!.Value;
    }

    /// <summary>Reads what is there.</summary>
    public HeardPrograms Read()
    {
        _ring.Read(record =>
        {
            if (SocketRecord.ReadKind(record) is RecordKind.Opened or RecordKind.Owned or RecordKind.Closed or RecordKind.Failed)
            {
                Sockets.Add(SocketRecord.Parse(record));
            }
            else if (SocketRecord.ReadKind(record) < RecordKind.FlowBegan)
            {
                Processes.Add(ProcessRecord.Parse(record));
            }
        });
        return this;
    }

    /// <summary>Reads until enough was told.</summary>
    public HeardPrograms Until(Func<HeardPrograms, bool> isEnough)
    {
        Assert.True(SpinWait.SpinUntil(() => isEnough(Read()), Patience), "the programs have not told enough");
        return this;
    }

    /// <summary>The sockets that processes hold now.</summary>
    public List<ProgramSocket> Snapshot(int pid = 0)
    {
        List<ProgramSocket> rows = [];
        Programs.ReadSockets(row => rows.Add(ProgramSocket.ParseRow(row)), pid);
        return rows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ring.Dispose();
        Programs.Dispose();
    }
}
