using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.Bpf;

/// <summary>Reads what an iterator writes, row by row.</summary>
internal static class SocketRows
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Reads to the end.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static void Read(SafeFileHandle rows, RecordReader row)
    {
        const int TryAgain = 11; // EAGAIN: an iterator that wrote nothing for long says so, and goes on

        byte[] buffer = new byte[BufferSize];
        int kept = 0;
        while (true)
        {
            int read = LibC.Read(rows, buffer.AsSpan(kept));
            if (read == -TryAgain)
            {
                continue;
            }

            if (read < 0)
            {
                throw BpfException.Of("reading the descriptors of processes", -read);
            }

            if (read == 0)
            {
                return;
            }

            ReadOnlySpan<byte> there = buffer.AsSpan(0, kept + read);
            for (; there.Length >= ProgramSocket.RowSize; there = there[ProgramSocket.RowSize..])
            {
                row(there[..ProgramSocket.RowSize]);
            }

            there.CopyTo(buffer);
            kept = there.Length;
        }
    }
}
