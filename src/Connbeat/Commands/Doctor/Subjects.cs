using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Linux.ProcFs;
using Connbeat.Outputs.Elasticsearch;
using Connbeat.Outputs.Http;
using Connbeat.Outputs.Kafka;

namespace Connbeat.Commands.Doctor;

/// <summary>Everything that is looked at, in the order in which it is told.</summary>
internal static class Subjects
{
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMilliseconds(600);

    /// <summary>All of them.</summary>
    /// <param name="patient">What is examined.</param>
    /// <param name="loaded">The configuration; null where it has faults.</param>
    /// <param name="faults">Its faults.</param>
    public static IReadOnlyList<Subject> Of(Patient patient, LoadedConfig? loaded, IReadOnlyList<ConfigFault> faults)
    {
        Lazy<BpfFacts> programs = new(() => BpfFacts.Read(Proc, patient)); // loaded once, for all that depends on it
        return Of(patient, loaded, faults, programs);
    }

    private static IReadOnlyList<Subject> Of(
        Patient patient, LoadedConfig? loaded, IReadOnlyList<ConfigFault> faults, Lazy<BpfFacts> programs) =>
    [
        new(ConfigurationCheck.Name, () => ConfigurationCheck.Judge(ConfigurationFacts.Read(Proc, loaded, faults))),
        new(KernelCheck.Name, () => KernelCheck.Judge(KernelFacts.Read(Proc))),
        new(CapabilityCheck.Name, () => OfRights(patient)),
        new(SourceCheck.Name, () => OfCapture(patient, programs.Value)),
        new(SockDiagCheck.Lists, () => OfSockDiag(patient)),
        new(NamespaceCheck.Name, () => OfNamespaces(patient, programs.Value.Works)) { Limit = TimeSpan.FromSeconds(5) }, // there may be thousands
        new(ProcessCheck.Name, () => ProcessCheck.Judge(ProcFacts.Read(Proc, patient, programs.Value.Works))),
        new(CgroupCheck.Name, () => CgroupCheck.Judge(CgroupFacts.Read(Proc))),
        new(ContainerEngineCheck.Name, () => ContainerEngineCheck.Judge(ContainerEngineFacts.Read(Proc, patient))),
        .. OfOutputs(patient, LongestAnswer),
        .. Served(patient) is { } served
            ? [new Subject(ExportersCheck.Name, () => ExportersCheck.Judge(served, ExportersCheck.Try))]
            : (Subject[])[],
        new(QueueCheck.Name, () => QueueCheck.Judge(Proc, patient.Options)),
        new(StateCheck.Name, () => StateCheck.Judge(FileFacts.Read(Proc, patient.Options.Tracking.State))),
        new(ClockCheck.Name, () => ClockCheck.Judge(BootId.Read(Proc))),
        new(BpfCheck.Name, () => BpfCheck.Judge(programs.Value)),
        new(ConntrackCheck.Name, () => ConntrackCheck.Judge(ConntrackFacts.Read(Proc), Served(patient)?.Conntrack)),
        .. patient.Options.Enrichment.Nat
            ? [new Subject(TranslationCheck.Name, () => TranslationCheck.Judge(ConntrackFacts.Read(Proc)))]
            : (Subject[])[],
        .. StrongSwanFacts.Addresses(patient.Options).Select(address => OfStrongSwan(address, patient)),
    ];

    /// <summary>The outputs alone: does each of them answer?</summary>
    /// <param name="patient">What is examined.</param>
    /// <param name="patience">How long a far end may take to answer.</param>
    public static IReadOnlyList<Subject> OfOutputs(Patient patient, TimeSpan patience)
    {
        OutputOptions outputs = patient.Options.Output;
        List<Subject> subjects =
            [new(ConsoleCheck.Name, () => ConsoleCheck.Judge(ConsoleFacts.Read(Proc, outputs)))];
        if (outputs.File is { } file)
        {
            string path = Path.Combine(file.Folder, file.FileName);
            subjects.Add(new(FileOutputCheck.Name, () => FileOutputCheck.Judge(FileFacts.Read(Proc, path))));
        }

        if (outputs.Http is { } http)
        {
            subjects.Add(OfFarEnds(() => new HttpOutput(http, patient.Time), "http", patience));
        }

        if (outputs.Elasticsearch is { } elastic)
        {
            subjects.Add(OfFarEnds(() => new ElasticsearchOutput(elastic, patient.Time), "elasticsearch", patience));
        }

        if (outputs.Kafka is { } kafka)
        {
            subjects.Add(OfFarEnds(() => new KafkaOutput(kafka, patient.Time), "kafka", patience));
        }

        return subjects;
    }

    private static Subject OfFarEnds(Func<IProbedOutput> open, string output, TimeSpan patience) =>
        new(FarEndCheck.NameOf(output), () => FarEndCheck.Judge(output, () => ProbeAsync(open, patience).GetAwaiter().GetResult()))
        {
            Limit = patience + TimeSpan.FromMilliseconds(200), // it is the look that says what did not answer
        };

    private static async Task<IReadOnlyList<FarEnd>> ProbeAsync(Func<IProbedOutput> open, TimeSpan patience)
    {
        await using IProbedOutput output = open();
        return await output.ProbeAsync(patience);
    }

    private static ExporterOptions? Served(Patient patient) => patient.Options.Exporters is { Enabled: true } served ? served : null;

    private static Subject OfStrongSwan(string address, Patient patient) => new(
        StrongSwanCheck.Name,
        () => StrongSwanCheck.Judge(StrongSwanFacts.Read(address, UserText.Of(ThreadRights.Read(Proc).Uid), patient.Time)))
    {
        Limit = TimeSpan.FromSeconds(2), // it connects, and then asks
    };

    /// <summary>A reader has one user at a time, and every look has a thread.</summary>
    private static ProcReader Proc => new(ProcReader.System);

    private static IReadOnlyList<Finding> OfRights(Patient patient)
    {
        CapabilityFacts facts = CapabilityFacts.Read(Proc, patient);
        return
        [
            CapabilityCheck.JudgeUser(facts),
            CapabilityCheck.Judge(facts),
            .. ExecutableCheck.Judge(ExecutableFacts.Read(facts.Who, patient)) is { } lent ? [lent] : (Finding[])[],
        ];
    }

    private static IReadOnlyList<Finding> OfCapture(Patient patient, BpfFacts programs)
    {
        CaptureFacts facts = CaptureFacts.Read(Proc, patient, programs);
        return [SourceCheck.Judge(facts), ReceiveBufferCheck.Judge(facts)];
    }

    private static IReadOnlyList<Finding> OfSockDiag(Patient patient)
    {
        SockDiagFacts facts = SockDiagFacts.Read(patient);
        return [SockDiagCheck.JudgeLists(facts), SockDiagCheck.JudgeEnds(facts)];
    }

    private static IReadOnlyList<Finding> OfNamespaces(Patient patient, bool byPrograms)
    {
        ProcReader proc = Proc;
        NamespaceFacts facts = NamespaceFacts.Read(proc, patient, byPrograms);
        return [NamespaceCheck.Judge(facts), OpenFilesCheck.Judge(ResourceLimit.ReadOpenFiles(proc), facts.Total)];
    }
}
