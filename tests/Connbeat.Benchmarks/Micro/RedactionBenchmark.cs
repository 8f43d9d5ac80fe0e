using BenchmarkDotNet.Attributes;
using Connbeat.Config;
using Connbeat.Processing.Redaction;

namespace Connbeat.Benchmarks.Micro;

/// <summary>What it costs to take the secrets out of a command line of 300 characters, as the kernel keeps it.</summary>
[MemoryDiagnoser]
public class RedactionBenchmark
{
    private const int Length = 300;

    private readonly Redactor _redactor = Redactor.Of(new RedactOptions())!;

    private static readonly string Innocent = Line(
        "/usr/lib/jvm/bin/java\0-Xms512m\0-Xmx2g\0-XX:+UseG1GC\0-Dfile.encoding=UTF-8\0-Dlog.dir=/var/log/shop\0-cp\0/opt/shop/lib/*\0");

    private static readonly string WithSecrets = Line(
        "/usr/lib/jvm/bin/java\0-Xms512m\0-Ddb.password=hunter2\0--db\0postgres://shop:hunter2@db.example.org:5432/shop\0--api-key\0k-1234567890\0");

    /// <summary>Nothing in it looks secret: at most 1 µs.</summary>
    [Benchmark]
    public string LeaveInnocent() => _redactor.Arguments(Innocent);

    /// <summary>Three secrets: at most 10 µs.</summary>
    [Benchmark]
    public string TakeOutSecrets() => _redactor.Arguments(WithSecrets);

    private static string Line(string start) => $"{start}org.example.shop.Main\0--listen=0.0.0.0:8080\0--data\0".PadRight(Length - 1, 'x') + '\0';
}
