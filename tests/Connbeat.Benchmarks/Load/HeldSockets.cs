using System.Diagnostics;
using System.Globalization;

namespace Connbeat.Benchmarks.Load;

/// <summary>Established TCP connections of other processes, from hold.c, for as long as this lives.</summary>
internal sealed class HeldSockets : IDisposable
{
    private const int Pairs = 100;
    private readonly Process _hold;

    private HeldSockets(Process hold) => _hold = hold;

    /// <summary>Opens them.</summary>
    /// <param name="program">The compiled hold.c.</param>
    /// <param name="sockets">How many, in 200 processes.</param>
    /// <exception cref="InvalidOperationException">They could not be opened; the program said why on stderr.</exception>
    public static HeldSockets Open(string program, int sockets)
    {
        int connections = sockets / 2 / Pairs;
        ProcessStartInfo start = new(
            program, [Pairs.ToString(CultureInfo.InvariantCulture), connections.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        HeldSockets held = new(Process.Start(start)!);
        if (held._hold.StandardOutput.ReadLine() is null)
        {
            held.Dispose();
            throw new InvalidOperationException($"{program} could not hold {sockets} sockets");
        }

        return held;
    }

    /// <summary>The end of its input ends it, and its children with it.</summary>
    public void Dispose()
    {
        _hold.StandardInput.Close();
        _hold.WaitForExit();
        _hold.Dispose();
    }
}
