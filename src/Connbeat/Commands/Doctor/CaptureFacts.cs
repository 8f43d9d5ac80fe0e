using System.Net.Sockets;
using Connbeat.Capture;
using Connbeat.Capture.Bpf;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Commands.Doctor;

/// <summary>What came of opening the capture engine that the configuration leads to.</summary>
internal sealed record CaptureFacts
{
    /// <summary>What is configured.</summary>
    public required CaptureSource Asked { get; init; }

    /// <summary>The engine that opened; null where none did.</summary>
    public string? Engine { get; init; }

    /// <summary>Why none opened, or why it is another one than the best.</summary>
    public string? Refusal { get; init; }

    /// <summary>Files that the engine reads in place of the kernel's tables.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Those of them that cannot be read.</summary>
    public IReadOnlyList<string> UnreadableFiles { get; init; } = [];

    /// <summary>The receive buffer in bytes; null where the engine has none.</summary>
    public int? BufferBytes { get; init; }

    /// <summary>net.core.rmem_max; null where it is not told.</summary>
    public long? LargestBuffer { get; init; }

    /// <summary>Opens the engine in the calling thread's network namespace, and closes it.</summary>
    /// <param name="proc">Where settings of the kernel are.</param>
    /// <param name="patient">What is examined.</param>
    /// <param name="programs">What came of trying eBPF.</param>
    public static CaptureFacts Read(ProcReader proc, Patient patient, BpfFacts programs)
    {
        ProcNetFiles files = FilesOf(patient.Environment);
        CaptureFacts facts = new()
        {
            Asked = patient.Options.Capture.Source,
            LargestBuffer = Sysctl.Read(proc, "sys/net/core/rmem_max"u8),
        };
        if (programs.Works)
        {
            return facts with { Engine = ProgramFeed.Name };
        }

        if (patient.Options.Capture.Source is CaptureSource.Ebpf)
        {
            return facts with { Refusal = programs.Failure?.Message };
        }

        Exception? refusal = null;
        try
        {
            return StartOf(patient).Choose(engine =>
            {
                try
                {
                    using INamespaceView own = engine.OpenOwn();
                    string[] read = engine is ProcfsEngine ? [.. NamesOf(files)] : [];
                    return facts with
                    {
                        Engine = engine.Name,
                        Refusal = refusal?.Message,
                        Files = read,
                        UnreadableFiles = [.. read.Where(file => !CanRead(file))],
                        BufferBytes = own.Destroyed?.GrantedBufferBytes,
                    };
                }
                catch (Exception failure) when (failure is KernelException or SocketException)
                {
                    refusal = failure;
                    throw;
                }
            });
        }
        catch (Exception failure) when (failure is KernelException or SocketException)
        {
            return facts with { Refusal = failure.Message };
        }
    }

    /// <summary>What chooses the engine, as in a run, and tells nobody.</summary>
    public static CaptureStart StartOf(Patient patient) => new(
        patient.Options.Capture, FilesOf(patient.Environment), patient.Time,
        new CaptureHappenings(NullLogger<CaptureHappenings>.Instance));

    private static ProcNetFiles FilesOf(Func<string, string?> environment) => new(
        environment("PROC_NET_TCP") is { Length: > 0 } tcp ? tcp : null,
        environment("PROC_NET_TCP6") is { Length: > 0 } tcp6 ? tcp6 : null);

    private static IEnumerable<string> NamesOf(ProcNetFiles files) =>
        ((string?[])[files.Tcp, files.Tcp6]).OfType<string>();

    private static bool CanRead(string file)
    {
        try
        {
            using FileStream opened = File.OpenRead(file);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
