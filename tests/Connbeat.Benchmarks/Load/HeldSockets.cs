using System.Diagnostics;
using System.Globalization;

namespace Connbeat.Benchmarks.Load;

/// <summary>Sockets of other processes, from hold.c, for as long as this lives.</summary>
internal sealed class HeldSockets : IDisposable
{
    private const int Pairs = 100;
    private readonly Process _holder;

    private HeldSockets(Process holder) => _holder = holder;

    /// <summary>Opens established TCP connections.</summary>
    /// <param name="hold">The compiled hold.c.</param>
    /// <param name="sockets">How many, in 200 processes.</param>
    /// <exception cref="InvalidOperationException">They could not be opened; the program said why on stderr.</exception>
    public static HeldSockets Open(string hold, int sockets) => Open(hold, [Pairs, sockets / 2 / Pairs], []);

    /// <summary>Opens some in each of so many network namespaces that are made for them, connbeat-bench-1 and so on.</summary>
    /// <param name="namespaces">Where namespaces.sh is.</param>
    /// <param name="hold">The compiled hold.c.</param>
    /// <param name="count">How many namespaces, with two processes each.</param>
    /// <param name="connections">How many TCP connections in each: twice as many sockets.</param>
    /// <param name="datagrams">How many connected UDP sockets in each.</param>
    /// <exception cref="InvalidOperationException">They could not be opened; the script said why on stderr.</exception>
    public static HeldSockets OpenInNamespaces(string namespaces, string hold, int count, int connections, int datagrams) =>
        Open(namespaces, [count, connections, datagrams], [hold]);

    /// <summary>The end of its input ends it, and its children with it.</summary>
    public void Dispose()
    {
        _holder.StandardInput.Close();
        _holder.WaitForExit();
        _holder.Dispose();
    }

    private static HeldSockets Open(string program, int[] numbers, string[] before)
    {
        string[] arguments = [.. before, .. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))];
        HeldSockets held = new(Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
        if (held._holder.StandardOutput.ReadLine() is null)
        {
            held.Dispose();
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} could not hold its sockets");
        }

        return held;
    }
}
