namespace Connbeat.Config;

/// <summary>A proxy. Prints as scheme, host and port.</summary>
/// <param name="Uri">The address without user and password.</param>
/// <param name="User">Who asks it; null for nobody.</param>
/// <param name="Password">That user's password.</param>
internal sealed record ProxyAddress(Uri Uri, string? User, Secret? Password)
{
    /// <summary>What addresses of proxies look like.</summary>
    public const string Expected = "a proxy such as http://proxy:3128 or socks5://proxy:1080";

    private const int SocksPort = 1080;

    /// <summary>How it may be shown in a list of settings: the password masked.</summary>
    public string Masked => User is null ? ToString()
        : $"{Uri.Scheme}://{User}{(Password is null ? "" : $":{Secret.Shown}")}@{Uri.Host}:{Uri.Port}";

    /// <summary>Reads an address; without a scheme it is http.</summary>
    /// <returns>Null where it is no address of a proxy.</returns>
    public static ProxyAddress? Parse(string written)
    {
        string whole = written.Contains("://", StringComparison.Ordinal) ? written : $"http://{written}";
        if (!Uri.TryCreate(whole, UriKind.Absolute, out Uri? parts) || parts is not { Host.Length: > 0, Query: "" } ||
            parts.AbsolutePath is not ("" or "/") || parts.Port == 0 || parts.Scheme is not ("http" or "socks5"))
        {
            return null;
        }

        string[] userInfo = parts.UserInfo.Split(':', 2);
        int port = parts.Port > 0 ? parts.Port : SocksPort;
        return new ProxyAddress(
            new UriBuilder(parts.Scheme, parts.Host, port).Uri,
            userInfo[0].Length > 0 ? Uri.UnescapeDataString(userInfo[0]) : null,
            userInfo.Length > 1 ? new Secret(Uri.UnescapeDataString(userInfo[1])) : null);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Uri.Scheme}://{Uri.Host}:{Uri.Port}";
}
