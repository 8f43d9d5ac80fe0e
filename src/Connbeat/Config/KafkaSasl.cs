namespace Connbeat.Config;

/// <summary>How connbeat says to brokers who it is: <c>username</c>, <c>password</c> and <c>sasl</c> of <c>output.kafka</c>.</summary>
internal sealed record KafkaSasl
{
    private static readonly Dictionary<string, KafkaMechanism> Mechanisms = new()
    {
        ["plain"] = KafkaMechanism.Plain,
        ["scram-sha-256"] = KafkaMechanism.ScramSha256,
        ["scram-sha-512"] = KafkaMechanism.ScramSha512,
        ["oauthbearer"] = KafkaMechanism.OAuthBearer,
    };

    /// <summary>How; the key is <c>sasl.mechanism</c>. Default plain.</summary>
    public KafkaMechanism Mechanism { get; init; }

    /// <summary>The user; with oauthbearer the client's id.</summary>
    public string Username { get; init; } = "";

    /// <summary>That user's password; with oauthbearer the client's secret.</summary>
    public Secret? Password { get; init; }

    /// <summary>Where tokens are asked for, with oauthbearer; the key is <c>sasl.token_url</c>. Default none.</summary>
    public HttpAddress? TokenUrl { get; init; }

    /// <summary>What a token is asked for; empty: what the server gives. Default "".</summary>
    public string Scope { get; init; } = "";

    /// <summary>Reads the keys; null where none is written.</summary>
    public static KafkaSasl? Read(ConfigSection kafka)
    {
        ConfigSection sasl = kafka.Section("sasl");
        KafkaSasl read = new()
        {
            Mechanism = sasl.Choice("mechanism", KafkaMechanism.Plain, Mechanisms),
            Username = kafka.Text("username", ""),
            Password = kafka.Secret("password"),
            TokenUrl = sasl.SecretOf("token_url", "an address such as https://login.example/token", static url => HttpAddress.Parse(url, "https", "", []),
                static url => url.Masked),
            Scope = sasl.Text("scope", ""),
        };
        if (kafka.IsOff)
        {
            return null;
        }

        bool hasUser = read.Username.Length > 0;
        if (hasUser != read.Password is { Value.Length: > 0 })
        {
            (string there, string missing) = hasUser ? ("username", "password") : ("password", "username");
            if (hasUser || read.Password is not null)
            {
                kafka.Fault(there, $"is of no use without {missing}");
            }
        }
        else if (read.Mechanism is not KafkaMechanism.Plain && !hasUser)
        {
            sasl.Fault("mechanism", "is of no use without output.kafka.username and output.kafka.password");
        }

        bool isToken = read.Mechanism is KafkaMechanism.OAuthBearer;
        if (isToken != read.TokenUrl is not null && (isToken || sasl.Asks("token_url")))
        {
            sasl.Fault(isToken ? "mechanism" : "token_url", isToken
                ? "is oauthbearer, which needs token_url: where a token is asked for, with username and password"
                : "is of no use without mechanism: oauthbearer");
        }

        return hasUser ? read : null;
    }
}

/// <summary>How a client says who it is; RFC 4616, RFC 5802, RFC 7628.</summary>
internal enum KafkaMechanism
{
    /// <summary>User and password as they are.</summary>
    Plain,

    /// <summary>A proof that it knows the password.</summary>
    ScramSha256,

    /// <summary>The same with a longer hash.</summary>
    ScramSha512,

    /// <summary>A token that another server gives.</summary>
    OAuthBearer,
}
