namespace Connbeat.Config;

/// <summary>Events by POST to a web server: the <c>output.http</c> section.</summary>
internal sealed record HttpOutputOptions
{
    private const string ExpectedHosts = "hosts such as collector:8080 or https://collector/path";

    private static readonly TimeSpan LongestBatch = TimeSpan.FromHours(24);

    private static readonly Dictionary<string, HttpFormat> Formats = new()
    {
        ["ndjson"] = HttpFormat.Ndjson,
        ["json"] = HttpFormat.Json,
        ["single"] = HttpFormat.Single,
    };

    private static readonly Dictionary<string, string> Protocols = new() { ["http"] = "http", ["https"] = "https" };

    /// <summary>
    /// Where to; of several, the first that answers. With path and parameters. Required; the keys are <c>hosts</c>,
    /// <c>protocol</c>, <c>path</c> and <c>parameters</c>.
    /// </summary>
    public IReadOnlyList<HttpAddress> Hosts { get; init; } = [];

    /// <summary>How events stand in a request. Default ndjson.</summary>
    public HttpFormat Format { get; init; } = HttpFormat.Ndjson;

    /// <summary>The user of basic authentication, unless the address names one. Default "", none.</summary>
    public string Username { get; init; } = "";

    /// <summary>That user's password.</summary>
    public Secret? Password { get; init; }

    /// <summary>What is sent as <c>Authorization: Bearer</c>; null for nothing.</summary>
    public Secret? BearerToken { get; init; }

    /// <summary>What else stands in the head of each request. Default nothing.</summary>
    public IReadOnlyList<KeyValuePair<string, Secret>> Headers { get; init; } = [];

    /// <summary>True: the hosts get requests in turn; false: all go to the first that answers. Default false.</summary>
    public bool LoadBalance { get; init; }

    /// <summary>TLS, for hosts that speak https; the key is <c>ssl</c>, or <c>tls</c> as the original had it.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>The proxy, if any; the key is <c>proxy_url</c>.</summary>
    public ProxyOptions Proxy { get; init; } = new();

    /// <summary>How hard gzip tries, 1 to 9; 0: not at all. Default 0.</summary>
    public int CompressionLevel { get; init; }

    /// <summary>The longest that one request may take; the key is <c>timeout</c>. Default 90s.</summary>
    public TimeSpan RequestTimeout { get; init; } = new PumpOptions().Timeout;

    /// <summary>How events are handed over. A batch has time for all the requests that it may take.</summary>
    public PumpOptions Pump { get; init; } = new();

    private (HttpFormat, string, Secret?, Secret?, int, TimeSpan, PumpOptions, bool, TlsOptions, ProxyOptions) Single =>
        (Format, Username, Password, BearerToken, CompressionLevel, RequestTimeout, Pump, LoadBalance, Tls, Proxy);

    /// <summary>Reads the <c>output.http</c> section.</summary>
    public static HttpOutputOptions Read(ConfigSection http, EventSchema schema)
    {
        HttpOutputOptions defaults = new();
        string protocol = http.Choice("protocol", "http", Protocols);
        string path = http.Text("path", "", "a path without ? and #", static text => text.AsSpan().IndexOfAny('?', '#') < 0);
        IReadOnlyList<KeyValuePair<string, Secret>> parameters = http.Secrets("parameters", static (_, _) => null);
        PumpOptions pump = PumpOptions.Read(http, defaults.Pump with { Schema = schema });
        HttpOutputOptions options = new()
        {
            Hosts = http.RequiredSecrets(
                "hosts", ExpectedHosts, host => HttpAddress.Parse(host, protocol, path, parameters), static host => host.Masked),
            Format = http.Choice("format", defaults.Format, Formats),
            Username = http.Text("username", ""),
            Password = http.Secret("password"),
            BearerToken = http.Secret("bearer_token", HttpHeaders.ProblemOfToken),
            Headers = http.Secrets("headers", HttpHeaders.ProblemOf),
            CompressionLevel = http.Int("compression_level", defaults.CompressionLevel, min: 0, max: 9),
            RequestTimeout = pump.Timeout,
            LoadBalance = http.Bool("loadbalance", defaults.LoadBalance),
            Tls = TlsOptions.Read(http, older: "tls", out string tls),
            Proxy = ProxyOptions.Read(http),
        };
        JudgeAuthorization(http, options);
        if (options.Tls != new TlsOptions() && !options.Hosts.Any(host => host.Uri.Scheme == Uri.UriSchemeHttps))
        {
            http.Warn(tls, "has no effect: no host of output.http is https");
        }

        return options with { Pump = pump with { Timeout = BatchTimeout(options, pump) } };
    }

    /// <summary>Equal settings make equal outputs, so lists are equal where what is in them is.</summary>
    public bool Equals(HttpOutputOptions? other) =>
        other is not null && Single == other.Single && Hosts.SequenceEqual(other.Hosts) && Headers.SequenceEqual(other.Headers);

    /// <inheritdoc/>
    public override int GetHashCode() => Single.GetHashCode();

    /// <summary>A request to each host for each body, and one more, so that it is the request that gives up.</summary>
    private static TimeSpan BatchTimeout(HttpOutputOptions options, PumpOptions pump)
    {
        double bodies = options.Format is HttpFormat.Single ? pump.BulkMaxSize : 1;
        double seconds = pump.Timeout.TotalSeconds * ((options.Hosts.Count * bodies) + 1);
        return seconds < LongestBatch.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestBatch;
    }

    private static void JudgeAuthorization(ConfigSection http, HttpOutputOptions options)
    {
        bool byHeader = options.Headers.Any(header => HttpHeaders.IsAuthorization(header.Key));
        bool byUser = options.Username.Length > 0;
        if (options.Password is not null && !byUser)
        {
            http.Warn("password", "has no effect without output.http.username");
        }

        if ((byHeader && (byUser || options.BearerToken is not null)) || (byUser && options.BearerToken is not null))
        {
            http.Fault("output.http has more than one of username, bearer_token and headers.Authorization; expected one");
        }
    }
}

/// <summary>How events stand in a request.</summary>
internal enum HttpFormat
{
    /// <summary>One JSON object per line.</summary>
    Ndjson,

    /// <summary>One JSON array.</summary>
    Json,

    /// <summary>One JSON object, and a request for each; as the original.</summary>
    Single,
}
