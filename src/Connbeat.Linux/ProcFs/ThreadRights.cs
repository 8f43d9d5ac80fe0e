using System.Buffers.Text;

namespace Connbeat.Linux.ProcFs;

/// <summary>Who a thread is and what it may do, of /proc/[pid]/status; proc_pid_status(5), credentials(7).</summary>
/// <param name="Uid">Effective user id.</param>
/// <param name="Effective">The capabilities that the kernel looks at.</param>
/// <param name="Bounding">Those that a program can ever be given when it is started; capabilities(7).</param>
/// <param name="NoNewPrivileges">True: starting a program gives no right that was not there before; prctl(2).</param>
internal readonly record struct ThreadRights(
    uint Uid, Capability Effective, Capability Bounding, bool NoNewPrivileges)
{
    private const int Longest = 16 * 1024;

    /// <summary>Effective group id; 0 where it is not told.</summary>
    public uint Group { get; init; }

    /// <summary>Those of the calling thread, and what it has for a moment where it takes that: <see cref="LentRights"/>.</summary>
    /// <exception cref="KernelException">This /proc does not tell.</exception>
    public static ThreadRights Read(ProcReader proc)
    {
        const int NoEntry = 2; // ENOENT

        return proc.TryRead("thread-self/status"u8, Longest, out ReadOnlySpan<byte> content) == Look.Seen &&
            TryParse(content, out ThreadRights rights)
            ? rights with { Effective = rights.Effective | LentRights.Withheld }
            : throw new KernelException($"read({proc.Root}/thread-self/status)", NoEntry);
    }

    /// <summary>
    /// Parses lines of <c>Key:\tvalue</c>: the second number of <c>Uid</c> and of <c>Gid</c>, <c>CapEff</c> and <c>CapBnd</c> in hexadecimal,
    /// and <c>NoNewPrivs</c>, which kernels before 4.10 do not tell. The kernel escapes line feeds in the name, so no
    /// process can forge a line.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> content, out ThreadRights rights)
    {
        uint? uid = null, group = null;
        Capability? effective = null, bounding = null;
        bool noNewPrivileges = false;
        foreach (Range range in content.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = content[range];
            uid ??= line.StartsWith("Uid:\t"u8) ? EffectiveId(line[5..]) : null;
            group ??= line.StartsWith("Gid:\t"u8) ? EffectiveId(line[5..]) : null;
            effective ??= line.StartsWith("CapEff:\t"u8) ? Set(line[8..]) : null;
            bounding ??= line.StartsWith("CapBnd:\t"u8) ? Set(line[8..]) : null;
            noNewPrivileges |= line.SequenceEqual("NoNewPrivs:\t1"u8);
        }

        rights = new ThreadRights(
            uid.GetValueOrDefault(), effective.GetValueOrDefault(), bounding.GetValueOrDefault(), noNewPrivileges)
        {
            Group = group.GetValueOrDefault(),
        };
        return uid is not null && effective is not null && bounding is not null;
    }

    /// <summary>True where all of these are effective.</summary>
    public bool Has(Capability all) => (Effective & all) == all;

    /// <summary>Field format is <c>real\teffective\tsaved\tfilesystem</c>.</summary>
    private static uint? EffectiveId(ReadOnlySpan<byte> ids)
    {
        int tab = ids.IndexOf((byte)'\t');
        return tab >= 0 && Utf8Parser.TryParse(ids[(tab + 1)..], out uint id, out _) ? id : null;
    }

    private static Capability? Set(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out ulong set, out int consumed, 'x') && consumed == digits.Length
            ? (Capability)set
            : null;
}
