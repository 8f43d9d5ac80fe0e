using System.Buffers.Text;
using System.Text;

namespace Connbeat.Linux.ProcFs;

/// <summary>
/// /proc/[pid]/stat; proc_pid_stat(5). Two equal values are the same process running the same program under the same
/// name: an exec moves the last two, prctl(2) changes the first.
/// </summary>
/// <param name="Comm">The kernel's name of it; any bytes but NUL, so also parentheses, spaces and line feeds.</param>
/// <param name="ParentPid">Process id of the parent; 0 where it is outside the pid namespace.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot.</param>
/// <param name="StackStart">Bottom of the stack; 0 without the right to know.</param>
/// <param name="ArgumentsStart">Where the command line lies; 0 without the right to know.</param>
internal readonly record struct ProcessStat(
    string Comm, int ParentPid, ulong StartTicks, ulong StackStart, ulong ArgumentsStart)
{
    private const int Longest = 4096;

    /// <summary>Reads the file of a process.</summary>
    /// <exception cref="WireFormatException">The kernel wrote something else.</exception>
    public static Look Read(ProcReader proc, int pid, out ProcessStat stat)
    {
        Look look = proc.TryRead(pid, "stat"u8, Longest, out ReadOnlySpan<byte> content);
        stat = look == Look.Seen ? Parse(content) : default;
        return look;
    }

    /// <summary>
    /// Parses the one line: <c>pid (comm) state ppid … starttime … startstack … arg_start …</c>, fields 1, 2, 3, 4, 22,
    /// 28 and 48. The comm ends at the last parenthesis of the line, since none of the fields behind it can hold one.
    /// </summary>
    /// <exception cref="WireFormatException">A field is missing or is no number.</exception>
    public static ProcessStat Parse(ReadOnlySpan<byte> line)
    {
        int open = line.IndexOf((byte)'(');
        int close = line.LastIndexOf((byte)')');
        if (open < 0 || close < open)
        {
            throw new WireFormatException($"a process stat without a name in parentheses in its {line.Length} bytes");
        }

        StatFields fields = new(line[(close + 1)..]);
        return new ProcessStat(
            Comm: Encoding.UTF8.GetString(line[(open + 1)..close]),
            ParentPid: (int)Math.Min(fields.Read(4), int.MaxValue),
            StartTicks: fields.Read(22),
            StackStart: fields.Read(28),
            ArgumentsStart: fields.Read(48));
    }

    /// <summary>Reads the numbered fields behind the comm, which must be asked for in order.</summary>
    private ref struct StatFields(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;
        private int _passed = 2;

        public ulong Read(int field)
        {
            ReadOnlySpan<byte> text = default;
            for (; _passed < field; _passed++)
            {
                _rest = _rest.TrimStart((byte)' ');
                int end = _rest.IndexOfAny((byte)' ', (byte)'\n');
                text = end < 0 ? _rest : _rest[..end];
                _rest = _rest[text.Length..];
            }

            return Utf8Parser.TryParse(text, out ulong value, out int consumed) && consumed == text.Length
                ? value
                : throw new WireFormatException(
                    $"field {field} of a process stat is '{Encoding.UTF8.GetString(text)}'; expected a number");
        }
    }
}
