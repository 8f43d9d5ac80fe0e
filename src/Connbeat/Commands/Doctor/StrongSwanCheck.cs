using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.StrongSwan.Vici;

namespace Connbeat.Commands.Doctor;

/// <summary>Does strongSwan answer, where it is to be asked?</summary>
internal static class StrongSwanCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "strongswan";

    /// <summary>Judges.</summary>
    public static Finding Judge(StrongSwanFacts facts) => facts.Failure is null
        ? Finding.Ok(Name, $"{facts.Version} answers at {facts.Address}")
        : new Finding(Name, Status.Broken, facts.Failure)
        {
            Costs = ["connections do not tell their IPsec tunnel, and strongSwan has no metrics"],
            Mend = facts.IsDenied
                ? [$"sudo chgrp {ShellWord.Of(facts.User)} {ShellWord.Of(facts.Address)}"]
                : ["sudo systemctl start strongswan"],
        };
}

/// <summary>What came of asking strongSwan.</summary>
internal sealed record StrongSwanFacts
{
    /// <summary>Less than a look may take, so that it is this look that says what did not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(600);

    /// <summary>Where it is.</summary>
    public required string Address { get; init; }

    /// <summary>Its name and version.</summary>
    public string Version { get; init; } = "";

    /// <summary>Why it does not answer; null where it does.</summary>
    public string? Failure { get; init; }

    /// <summary>True where its socket may not be written to.</summary>
    public bool IsDenied { get; init; }

    /// <summary>Who asked, by name or number.</summary>
    public string User { get; init; } = "root";

    /// <summary>Where it is to be asked, each place once.</summary>
    public static IEnumerable<string> Addresses(AgentOptions options)
    {
        ExporterOptions exporters = options.Exporters;
        IEnumerable<string?> sockets =
        [
            options.Enrichment.Tunnels,
            exporters.Enabled ? exporters.IpsecVici?.Socket : null,
            exporters is { Enabled: true, IpsecStatus: { Source: StatusSource.Vici, Socket: { } socket } } ? socket : null,
        ];
        return sockets.OfType<string>().Where(socket => socket != DaemonSocket.Off).Distinct();
    }

    /// <summary>Asks it.</summary>
    public static StrongSwanFacts Read(string address, string user, TimeProvider time)
    {
        StrongSwanFacts facts = new() { Address = address, User = user };
        if (!ViciAddress.TryParse(address, out ViciAddress? at))
        {
            return facts with { Failure = $"'{address}' is no address" };
        }

        try
        {
            return facts with { Version = AskAsync(at, time).GetAwaiter().GetResult() }; // the look has a thread of its own
        }
        catch (IOException failure)
        {
            return facts with
            {
                Failure = failure.Message,
                IsDenied = failure.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied },
            };
        }
    }

    private static async Task<string> AskAsync(ViciAddress address, TimeProvider time)
    {
        await using ViciSession session = await ViciSession.OpenAsync(address, Patience, time, (_, _) => { }, CancellationToken.None);
        ViciSection version = await session.AskAsync("version", ViciSection.Empty, CancellationToken.None) ?? ViciSection.Empty;
        return $"{version.Text("daemon"u8)} {version.Text("version"u8)}".Trim();
    }
}
