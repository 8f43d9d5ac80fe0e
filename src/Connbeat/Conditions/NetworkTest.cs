using Connbeat.Config;
using Connbeat.Linux;

namespace Connbeat.Conditions;

/// <summary>Is the value an address in one of these networks?</summary>
internal sealed class NetworkTest(IReadOnlyList<NetworkRange> networks) : ValueTest
{
    private readonly Func<InetAddress, bool>[] _contains = [.. networks.Select(Contains)];

    /// <inheritdoc/>
    public override bool Passes(InetAddress address)
    {
        foreach (Func<InetAddress, bool> contains in _contains)
        {
            if (contains(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override bool Passes(ReadOnlySpan<char> text) =>
        NetworkRange.TryParseAddress(text.ToString(), out System.Net.IPAddress? address) && Passes(InetAddress.From(address));

    private static Func<InetAddress, bool> Contains(NetworkRange range) => range.Prefix is { } prefix
        ? new InetNetwork(prefix, range.Length).Contains
        : AddressGroups.Of(range.Group!.Value);
}
