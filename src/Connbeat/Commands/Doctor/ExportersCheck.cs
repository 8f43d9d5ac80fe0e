using System.Net;
using System.Net.Sockets;
using Connbeat.Config;

namespace Connbeat.Commands.Doctor;

/// <summary>Can what is to be served be served, and who sees it?</summary>
internal static class ExportersCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "exporters";

    /// <summary>Judges.</summary>
    /// <param name="options">What is to be served.</param>
    /// <param name="problemOf">Why nobody can listen somewhere; null where somebody can.</param>
    public static Finding Judge(ExporterOptions options, Func<ListenAddress, string?> problemOf)
    {
        (string Setting, ListenAddress Address)[] places = [.. PlacesOf(options)];
        List<string> costs = [];
        List<string> mend = [];
        Status status = Status.Ok;
        foreach ((string setting, ListenAddress address) in places)
        {
            if (problemOf(address) is { } problem)
            {
                status = Status.Degraded;
                costs.Add($"nobody can listen at {address} now: {problem}; a connbeat that runs would explain it");
                mend.Add($"set {setting} to an address that is free, unless connbeat runs");
            }
        }

        string[] open = [.. places.Where(place => IsOpen(place.Address)).Select(place => place.Address.ToString())];
        if (open.Length > 0 && options.WebConfig.Length == 0)
        {
            status = status is Status.Ok ? Status.Note : status;
            costs.Add($"whoever reaches this host sees what is at {string.Join(", ", open)}");
            mend.Add("set exporters.web_config, or listen at 127.0.0.1 or unix:/path");
        }

        return new Finding(Name, status, $"at {string.Join(", ", places.Select(place => place.Address))}") { Costs = costs, Mend = mend };
    }

    /// <summary>Listens there for a moment.</summary>
    public static string? Try(ListenAddress address)
    {
        if (address.Socket is { } path)
        {
            string folder = Path.GetDirectoryName(path) is { Length: > 0 } named ? named : ".";
            return Directory.Exists(folder) ? null : $"{folder} is not there";
        }

        IPAddress at = address.Address is { } ip ? IPAddress.Parse(ip) : IPAddress.Any;
        using Socket socket = new(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(at, address.Port));
            socket.Listen();
            return null;
        }
        catch (SocketException failure)
        {
            return failure.Message;
        }
    }

    private static IEnumerable<(string Setting, ListenAddress Address)> PlacesOf(ExporterOptions options) =>
        new (string Setting, ListenAddress? Address)[]
        {
            ("exporters.listen", options.Listen),
            ("exporters.cnxwatch.listen", options.Cnxwatch?.Listen),
            ("exporters.conntrack.listen", options.Conntrack?.Listen),
            ("exporters.ipsec_vici.listen", options.IpsecVici?.Listen),
            ("exporters.ipsec_status.listen", options.IpsecStatus?.Listen),
        }.Where(place => place.Address is not null).Select(place => (place.Setting, place.Address!));

    private static bool IsOpen(ListenAddress address) =>
        address.Socket is null && !(address.Address is { } ip && IPAddress.IsLoopback(IPAddress.Parse(ip)));
}
