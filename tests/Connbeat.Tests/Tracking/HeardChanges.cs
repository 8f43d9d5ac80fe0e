using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Linux.SockDiag;
using Connbeat.Tests.Support;
using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

/// <summary>Builds what eBPF programs tell of sockets and processes.</summary>
internal static class HeardChanges
{
    public static readonly SocketOwner Curl = Owner(4_711, "curl");

    public static readonly SocketOwner Nginx = Owner(812, "nginx", uid: 33);

    /// <summary>A tracker to which programs tell owners, and which knows the two above; its first snapshot is over and was empty.</summary>
    public static Tracker StartTracker(
        TrackingOptions options, bool ownersAreSought = true, Tell? tell = null, bool isStarted = true, TimeSpan? udpIdle = null)
    {
        ManualTime time = new();
        HeardProcesses heard = new(
            new ProcessExposure(), new CgroupDirectory(), new UserNames(time, uid => $"user {uid}", _ => null), time);
        Tracker tracker = new(options, ownersAreSought, tell, heard, udpIdle);
        if (isStarted)
        {
            tracker.Snapshot(1);
        }

        tracker.Scan(1, new ProcessScan { Asked = new HashSet<int> { Curl.Pid, Nginx.Pid } });

        // Both were there before, and are not to be looked up.
        ProcessFacts[] known =
        [
            .. new[] { Curl, Nginx }.Select(owner => new ProcessFacts
            {
                Pid = owner.Pid,
                StartTicks = (ulong)(owner.StartNanoseconds / 10_000_000),
                Name = owner.Name.ToString(),
                Executable = $"/usr/bin/{owner.Name}",
            }),
        ];
        tracker.Scan(1, new ProcessScan { Processes = known });
        return tracker;
    }

    public static SocketOwner Owner(int pid, string name, uint uid = 0, long start = 5_000_000_000, ulong cgroup = 77) =>
        new(pid, start, uid, cgroup, TaskName.Of(name));

    public static SocketObservation Opened(ulong cookie, long at, SocketOwner owner = default, InetTuple? tuple = null) =>
        Change(SocketChange.Opened, Entry(cookie, TcpState.Established, tuple, owner.IsKnown), at, at, owner);

    public static SocketObservation Owned(ulong cookie, long at, SocketOwner owner) =>
        Change(SocketChange.Owned, Entry(cookie, TcpState.Established), at, 0, owner);

    public static SocketObservation Closed(
        ulong cookie, long at, long since = 0, SocketOwner owner = default, InetTuple? tuple = null, bool isHeld = false) =>
        Change(SocketChange.Closed, Entry(cookie, TcpState.LastAck, tuple) with { Inode = isHeld ? 9u : 0 }, at, since, owner);

    public static SocketObservation Failed(ulong cookie, long at, int error, long since = 0, bool isHeld = false)
    {
        SocketEntry entry = Entry(cookie, TcpState.SynSent, initiated: true) with { Inode = isHeld ? 9u : 0 };
        return Change(SocketChange.Failed, entry, at, since, Curl) with { Error = error };
    }

    public static SocketObservation Withdrawn(ulong cookie, long at) =>
        Change(SocketChange.Withdrawn, Entry(cookie, TcpState.Established), at, 0, default);

    public static SocketObservation Row(ulong cookie, long at, long since = 0, SocketOwner owner = default) =>
        Change(default, Entry(cookie, TcpState.Established) with { Inode = (uint)cookie }, at, since, owner, OwnerMethod.Holds);

    public static ProcessRecord Exec(SocketOwner process, string executable, string arguments, string group = "/", int parent = 1) => new()
    {
        Kind = RecordKind.Exec,
        At = process.StartNanoseconds + 1,
        Process = process with { At = process.StartNanoseconds + 1 },
        ParentPid = parent,
        Program = new StartedProgram
        {
            Executable = executable,
            ControlGroup = group,
            Arguments = System.Text.Encoding.UTF8.GetBytes(arguments),
            ArgumentsLength = (uint)System.Text.Encoding.UTF8.GetByteCount(arguments),
        },
    };

    public static ProcessRecord Fork(SocketOwner process, int copied) => new()
    {
        Kind = RecordKind.Fork,
        At = process.StartNanoseconds,
        Process = process with { At = process.StartNanoseconds },
        ParentPid = copied,
        CopiedPid = copied,
    };

    public static ProcessRecord Exit(SocketOwner process, long at) => new()
    {
        Kind = RecordKind.Exit,
        At = at,
        Process = process,
    };

    private static SocketEntry Entry(ulong cookie, TcpState state, InetTuple? tuple = null, bool? initiated = null) =>
        Entries.Socket(cookie, state, tuple) with { Initiated = initiated, FinReceived = true };

    private static SocketObservation Change(
        SocketChange change, in SocketEntry entry, long at, long since, SocketOwner owner, OwnerMethod method = OwnerMethod.Called) =>
        new(Entries.Namespace, at, entry)
        {
            Change = change,
            Since = since,
            Owner = owner,
            Method = owner.IsKnown ? method : OwnerMethod.None,
        };
}
