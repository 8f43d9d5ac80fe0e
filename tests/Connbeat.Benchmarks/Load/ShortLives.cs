using System.Diagnostics;
using System.Globalization;

namespace Connbeat.Benchmarks.Load;

/// <summary>Connections that live for moments, from lives.c: what making them took.</summary>
/// <param name="Took">In milliseconds.</param>
/// <param name="Cpu">Of both processes, in milliseconds.</param>
internal sealed record ShortLives(double Took, double Cpu)
{
    /// <summary>Makes them.</summary>
    /// <param name="program">The compiled lives.c.</param>
    /// <param name="connections">How many.</param>
    /// <param name="rate">How many a second; 0: as fast as the machine can.</param>
    /// <param name="port">Where the server listens.</param>
    /// <exception cref="InvalidOperationException">They could not be made; the program said why on stderr.</exception>
    public static ShortLives Make(string program, int connections, int rate, int port)
    {
        string[] arguments = [.. new[] { connections, rate, port }.Select(number => number.ToString(CultureInfo.InvariantCulture))];
        using Process load = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string[] told = load.StandardOutput.ReadToEnd().Split(' ');
        load.WaitForExit();
        return load.ExitCode == 0
            ? new(double.Parse(told[0], CultureInfo.InvariantCulture), double.Parse(told[1], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} exited with {load.ExitCode}");
    }
}
