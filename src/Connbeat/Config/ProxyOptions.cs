namespace Connbeat.Config;

/// <summary>
/// Which proxy leads to a server: <c>proxy_url</c> to every one; without it, as the original had it, what the environment
/// says: <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, and in <c>NO_PROXY</c> where none is wanted.
/// </summary>
internal sealed record ProxyOptions
{
    /// <summary>Leads to every server; null: see the others.</summary>
    public ProxyAddress? Always { get; init; }

    /// <summary>Leads to servers that speak http.</summary>
    public ProxyAddress? ToHttp { get; init; }

    /// <summary>Leads to servers that speak https.</summary>
    public ProxyAddress? ToHttps { get; init; }

    /// <summary>What <c>NO_PROXY</c> says.</summary>
    public string Without { get; init; } = "";

    /// <summary>Reads <c>proxy_url</c> of an output, and the environment.</summary>
    public static ProxyOptions Read(ConfigSection output)
    {
        ProxyAddress? always = output.SecretOf(
            "proxy_url", ProxyAddress.Expected, ProxyAddress.Parse, static proxy => proxy.Masked);
        return always is not null ? new() { Always = always } : new()
        {
            ToHttp = FromEnvironment(output, "HTTP_PROXY"),
            ToHttps = FromEnvironment(output, "HTTPS_PROXY"),
            Without = Variable(output, "NO_PROXY") ?? "",
        };
    }

    /// <summary>The proxy that leads to an address; null: straight there.</summary>
    public ProxyAddress? Of(Uri address) =>
        Always ?? (NoProxy.Names(Without, address) ? null : address.Scheme == Uri.UriSchemeHttps ? ToHttps : ToHttp);

    private static ProxyAddress? FromEnvironment(ConfigSection output, string name)
    {
        if (Variable(output, name) is not { } written)
        {
            return null;
        }

        ProxyAddress? proxy = ProxyAddress.Parse(written);
        if (proxy is null)
        {
            output.Fault($"environment variable {name} is not understood; expected {ProxyAddress.Expected}");
        }

        return proxy;
    }

    /// <summary>In capital letters or in small ones.</summary>
    private static string? Variable(ConfigSection output, string name) =>
        output.Environment(name) is { Length: > 0 } capital ? capital
        : output.Environment(name.ToLowerInvariant()) is { Length: > 0 } small ? small
        : null;
}
