using System.Text;

namespace Connbeat.Config;

/// <summary>Whom to ask, and as whom: what Elasticsearch and Kibana have in common.</summary>
internal sealed record ElasticConnection
{
    private const string ExpectedHosts = "hosts such as localhost:9200 or https://search.example/path";

    private static readonly Dictionary<string, string> Protocols = new() { ["http"] = "http", ["https"] = "https" };

    /// <summary>The section that says so, for messages.</summary>
    public string Section { get; init; } = "output.elasticsearch";

    /// <summary>
    /// The servers, with the path and the parameters that stand before and behind everything they are asked. The keys are
    /// <c>hosts</c>, <c>protocol</c>, <c>path</c> and <c>parameters</c>.
    /// </summary>
    public IReadOnlyList<HttpAddress> Hosts { get; init; } = [];

    /// <summary>The user of basic authentication, unless the address names one. Default "", none.</summary>
    public string Username { get; init; } = "";

    /// <summary>That user's password.</summary>
    public Secret? Password { get; init; }

    /// <summary>What is sent as <c>Authorization: ApiKey</c>; null for nothing.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>What is sent as <c>Authorization: Bearer</c>; null for nothing.</summary>
    public Secret? BearerToken { get; init; }

    /// <summary>What else stands in the head of each request. Default nothing.</summary>
    public IReadOnlyList<KeyValuePair<string, Secret>> Headers { get; init; } = [];

    /// <summary>TLS, for hosts that speak https; the key is <c>ssl</c>.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>The proxy, if any; the key is <c>proxy_url</c>.</summary>
    public ProxyOptions Proxy { get; init; } = new();

    /// <summary>The longest that one request may take; the key is <c>timeout</c>. Default 90s.</summary>
    public TimeSpan Timeout { get; init; } = new PumpOptions().Timeout;

    /// <summary>True where it says who asks.</summary>
    public bool NamesUser =>
        Username.Length > 0 || ApiKey is not null || BearerToken is not null ||
        Headers.Any(static header => HttpHeaders.IsAuthorization(header.Key)) || Hosts.Any(static host => host.User is not null);

    private (string, string, Secret?, Secret?, Secret?, TlsOptions, ProxyOptions, TimeSpan) Single =>
        (Section, Username, Password, ApiKey, BearerToken, Tls, Proxy, Timeout);

    /// <summary>Reads what a section says of it.</summary>
    /// <param name="section">The section.</param>
    /// <param name="name">Its full name.</param>
    /// <param name="hosts">The key of the hosts; all others have the same name everywhere.</param>
    /// <param name="port">The port where there is none.</param>
    /// <param name="timeout">The longest that one request may take.</param>
    public static ElasticConnection Read(ConfigSection section, string name, string hosts, int port, TimeSpan timeout)
    {
        string protocol = section.Choice("protocol", "http", Protocols);
        string path = section.Text("path", "", "a path without ? and #", static text => text.AsSpan().IndexOfAny('?', '#') < 0);
        IReadOnlyList<KeyValuePair<string, Secret>> parameters = section.Secrets("parameters", static (_, _) => null);
        ElasticConnection connection = new()
        {
            Section = name,
            Hosts = section.RequiredSecrets(
                hosts,
                ExpectedHosts.Replace("9200", $"{port}", StringComparison.Ordinal),
                host => HttpAddress.Parse(host, protocol, path, parameters, port),
                static host => host.Masked),
            Username = section.Text("username", ""),
            Password = section.Secret("password"),
            ApiKey = section.Secret("api_key", HttpHeaders.ProblemOfToken) is { } key ? Encoded(key) : null,
            BearerToken = section.Secret("bearer_token", HttpHeaders.ProblemOfToken),
            Headers = section.Secrets("headers", HttpHeaders.ProblemOf),
            Tls = TlsOptions.Read(section, older: null, out string tls, pins: true),
            Proxy = ProxyOptions.Read(section),
            Timeout = timeout,
        };
        JudgeAuthorization(section, connection);
        if (connection.Tls != new TlsOptions() && !connection.Hosts.Any(host => host.Uri.Scheme == Uri.UriSchemeHttps))
        {
            section.Warn(tls, $"has no effect: no host of {name} is https");
        }

        return connection;
    }

    /// <summary>Equal settings make equal outputs, so lists are equal where what is in them is.</summary>
    public bool Equals(ElasticConnection? other) =>
        other is not null && Single == other.Single && Hosts.SequenceEqual(other.Hosts) && Headers.SequenceEqual(other.Headers);

    /// <inheritdoc/>
    public override int GetHashCode() => Single.GetHashCode();

    /// <summary>Elasticsearch gives a key as <c>id:key</c>, or as its header wants it.</summary>
    private static Secret Encoded(Secret key) => key.Value.Contains(':')
        ? new Secret(Convert.ToBase64String(Encoding.UTF8.GetBytes(key.Value)))
        : key;

    private static void JudgeAuthorization(ConfigSection section, ElasticConnection connection)
    {
        if (connection.Password is not null && connection.Username.Length == 0)
        {
            section.Warn("password", $"has no effect without {connection.Section}.username");
        }

        bool[] ways =
        [
            connection.Username.Length > 0, connection.ApiKey is not null, connection.BearerToken is not null,
            connection.Headers.Any(static header => HttpHeaders.IsAuthorization(header.Key)),
        ];
        if (ways.Count(static way => way) > 1)
        {
            section.Fault(
                $"{connection.Section} has more than one of username, api_key, bearer_token and headers.Authorization; expected one");
        }
    }
}
