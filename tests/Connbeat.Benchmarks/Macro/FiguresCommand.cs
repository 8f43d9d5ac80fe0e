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
            Console.Error.WriteLine("usage: figures LOAD CONNBEAT [agent|capture|delivery|exporters|flows|lives|micro|namespaces|spool] [--quick]");
            return WrongUsage;
        }

        Report report = new();
        // What is quiet and what walks the table of connections often comes first: for a minute after 200,000 of them the
        // kernel walks what is left.
        if (options.Only is null or "agent")
        {
            AgentFigures.MeasureIdle(options, report);
        }

        if (options.Only is null or "namespaces")
        {
            NamespaceFigures.Measure(options, report);
        }

        if (options.Only is null or "lives")
        {
            LifeFigures.MeasureAtFullSpeed(options, report);
            LifeFigures.MeasureStorm(options, report);
        }

        if (options.Only is null or "flows")
        {
            FlowFigures.MeasureTax(options, report);
            FlowFigures.MeasureAgent(options, report);
            FlowFigures.MeasurePass(options, report);
            FlowFigures.MeasureCompleteness(options, report);
        }

        if (options.Only is null or "agent")
        {
            AgentFigures.MeasureLoaded(options, report);
        }

        if (options.Only is null or "capture")
        {
            CaptureFigures.WarmUp(options);
            CaptureFigures.Measure(options, sockets: 20_000, leastGain: 1, leastGainByBpf: 10, report);
            CaptureFigures.Measure(options, sockets: 50_000, leastGain: 2.5, leastGainByBpf: 10, report);
            CaptureFigures.Measure(options, sockets: 200_000, leastGain: 15, leastGainByBpf: 80, report);
        }

        if (options.Only is null or "delivery")
        {
            DeliveryFigures.Measure(options, report);
        }

        if (options.Only is null or "exporters")
        {
            ExporterFigures.Measure(options, report);
        }

        if (options.Only is null or "spool")
        {
            SpoolFigures.Measure(options, report);
        }

        if (options.Only is null or "micro")
        {
            MicroFigures.Measure(report);
        }

        report.Print(Console.Out);
        return 0;
    }
}
