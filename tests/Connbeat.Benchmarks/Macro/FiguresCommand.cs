namespace Connbeat.Benchmarks.Macro;

/// <summary>Measures every figure that the README quotes, and prints them with their targets.</summary>
internal static class FiguresCommand
{
    private const int WrongUsage = 2;

    /// <summary>Runs it.</summary>
    /// <returns>0 whatever the figures are: they are measured, not asserted.</returns>
    public static int Run(string[] arguments)
    {
        if (FiguresOptions.Read(arguments) is not { } options)
        {
            Console.Error.WriteLine("usage: figures HOLD CONNBEAT [capture|agent|micro] [--quick]");
            return WrongUsage;
        }

        Report report = new();
        // First: for a minute after the others the kernel walks what is left of 200,000 connections.
        if (options.Only is null or "agent")
        {
            AgentFigures.Measure(options, report);
        }

        if (options.Only is null or "capture")
        {
            CaptureFigures.WarmUp(options);
            CaptureFigures.Measure(options, sockets: 50_000, leastGain: 2.5, report);
            CaptureFigures.Measure(options, sockets: 200_000, leastGain: 15, report);
        }

        if (options.Only is null or "micro")
        {
            MicroFigures.Measure(report);
        }

        report.Print(Console.Out);
        return 0;
    }
}
