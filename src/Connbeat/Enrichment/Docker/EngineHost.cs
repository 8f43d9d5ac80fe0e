using System.Net;
using System.Net.Sockets;
using Connbeat.Events;
using Connbeat.Telemetry;

namespace Connbeat.Enrichment.Docker;

/// <summary>The machine of a container engine, as the user tells it, else as the engine and the resolver do.</summary>
internal sealed class EngineHost
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly DockerApi _api;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly ContainerHappenings _happenings;
    private readonly TimeProvider _time;
    private volatile ContainerHost _known;

    /// <param name="api">Asked for the name, where the user gave none.</param>
    /// <param name="environment">DOCKERHOST_HOSTNAME and DOCKERHOST_IP have the last word, where not empty.</param>
    /// <param name="resolve">The addresses of a name.</param>
    /// <param name="happenings">Where failures are told.</param>
    /// <param name="time">How long resolving may take.</param>
    public EngineHost(
        DockerApi api,
        Func<string, string?> environment,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        ContainerHappenings happenings,
        TimeProvider time)
    {
        _api = api;
        _resolve = resolve;
        _happenings = happenings;
        _time = time;
        _known = new ContainerHost(
            environment("DOCKERHOST_HOSTNAME") ?? "",
            environment("DOCKERHOST_IP") is { Length: > 0 } ip ? [ip] : null);
    }

    /// <summary>What is known by now: the name may be empty, the addresses null. For any thread.</summary>
    public ContainerHost Known => _known;

    /// <summary>There is nothing left to learn.</summary>
    public bool IsComplete => _known is { Hostname.Length: > 0, Ips: not null };

    /// <summary>Asks for what is not known yet. Takes 15 s at most.</summary>
    /// <returns>True where something was learned.</returns>
    public async Task<bool> LearnAsync(CancellationToken stop)
    {
        ContainerHost before = _known;
        if (_known.Hostname.Length == 0 && await HostnameAsync(stop) is { } name)
        {
            _known = _known with { Hostname = name };
        }

        if (_known is { Hostname.Length: > 0, Ips: null } && await AddressesAsync(_known.Hostname, stop) is { } ips)
        {
            _known = _known with { Ips = ips };
        }

        return _known != before;
    }

    private async Task<string?> HostnameAsync(CancellationToken stop)
    {
        try
        {
            return await _api.HostnameAsync(stop);
        }
        catch (DockerException failure)
        {
            if (failure.Kind != DockerFailure.Unreachable)
            {
                _happenings.HostnameUnknown(failure.Message);
            }

            return null;
        }
    }

    private async Task<IReadOnlyList<string>?> AddressesAsync(string hostname, CancellationToken stop)
    {
        try
        {
            IPAddress[] addresses = await _resolve(hostname, stop).WaitAsync(Patience, _time, stop);
            if (addresses.Length > 0)
            {
                return [.. addresses.Select(TextOf).Distinct()];
            }

            _happenings.HostUnresolved(hostname, "it has no address");
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException or TimeoutException)
        {
            _happenings.HostUnresolved(hostname, failure.Message);
        }

        return null;
    }

    private static string TextOf(IPAddress address) =>
        (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
