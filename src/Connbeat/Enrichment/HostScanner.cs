using Connbeat.Linux;

namespace Connbeat.Enrichment;

/// <summary>Answers all that the loop asks of the host. One user at a time, on the worker.</summary>
/// <param name="processes">Looks for owners; null where no process is to be told, or others tell owners.</param>
/// <param name="cgroups">Looks up control groups.</param>
/// <param name="namespaces">Finds the containers of network namespaces.</param>
/// <param name="secrets">What is withheld; where that changes, the processes are read anew.</param>
/// <param name="looks">Reads processes by their ids; null where nobody asks for that.</param>
internal sealed class HostScanner(
    ProcessScanner? processes, CgroupScanner cgroups, NamespaceScanner namespaces, SecretsInForce secrets,
    ProcessLooks? looks = null)
{
    private SecretRemoval? _secrets; // of the look before

    /// <summary>Looks once.</summary>
    /// <exception cref="KernelException">The processes cannot be listed.</exception>
    public ProcessScan Scan(ScanRequest request)
    {
        SecretRemoval now = secrets.Now;
        if (_secrets is not null && !ReferenceEquals(now, _secrets))
        {
            processes?.BeginAnew();
            looks?.BeginAnew();
        }

        _secrets = now;
        if (request.AllProcesses)
        {
            looks?.BeginAnew();
        }

        ScanFindings findings = new();
        ProcessScan others = new()
        {
            Cgroups = cgroups.Look(request.Cgroups),
            Namespaces = namespaces.Look(request.Namespaces, findings),
            Processes = looks?.Read(request.Processes, findings) ?? [],
        };

        // Last: what it tells is told once, and must not be lost to a failure of the others.
        ProcessScan scan = processes?.Scan(request) ?? new ProcessScan();
        return scan with
        {
            Cgroups = others.Cgroups,
            Namespaces = others.Namespaces,
            Asked = request.Processes,
            AllSince = request.AllProcesses ? request.SeenAt : null,
            Processes = others.Processes,
            Secrets = now,
            Faulty = scan.Faulty + findings.Faulty,
            Fault = scan.Fault ?? findings.Fault,
        };
    }
}
