using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Connbeat.Benchmarks.Macro;

/// <summary>Runs the micro-benchmarks inside this process, shortly, and takes their means and allocations.</summary>
internal static class MicroFigures
{
    private static readonly Dictionary<string, Target> Nanoseconds = new()
    {
        ["EncodingBenchmark.EncodeOpened"] = Target.AtMost(1e9 / 700_000), // 700,000 events a second
        ["RedactionBenchmark.LeaveInnocent"] = Target.AtMost(1_000),
        ["RedactionBenchmark.TakeOutSecrets"] = Target.AtMost(10_000),
        ["ProcessingBenchmark.FiveUnmatched"] = Target.AtMost(1.25e9 / 700_000), // a quarter more than encoding
        ["ProcessingBenchmark.FiveDropFields"] = Target.AtMost(1.25e9 / 700_000),
        ["ViciScrapeBenchmark.Thousand"] = Target.AtMost(100e6),
        ["ViciScrapeBenchmark.TenThousand"] = Target.AtMost(1e9),
    };

    private static readonly Dictionary<string, Target> Bytes = new()
    {
        ["UnchangedPollBenchmark.Poll"] = Target.AtMost(1024 * 1024),
        ["ViciScrapeBenchmark.Thousand"] = Target.AtMost(20e6),
    };

    /// <summary>Runs all that this assembly has.</summary>
    public static void Measure(Report report)
    {
        Report.Note("micro-benchmarks");
        ManualConfig configuration = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance);
        foreach (Summary summary in BenchmarkRunner.Run(Assembly.GetExecutingAssembly(), configuration))
        {
            foreach (BenchmarkReport measured in summary.Reports)
            {
                Add(measured, report);
            }
        }
    }

    private static void Add(BenchmarkReport measured, Report report)
    {
        Descriptor descriptor = measured.BenchmarkCase.Descriptor;
        string name = $"{descriptor.Type.Name}.{descriptor.WorkloadMethod.Name}";
        double mean = measured.ResultStatistics?.Mean ??
            throw new InvalidOperationException($"{name} could not be measured");
        report.Add($"{name}, ns", mean, Nanoseconds.GetValueOrDefault(name));
        report.Add(
            $"{name}, bytes allocated", measured.GcStats.GetBytesAllocatedPerOperation(measured.BenchmarkCase) ?? 0,
            Bytes.GetValueOrDefault(name));
    }
}
