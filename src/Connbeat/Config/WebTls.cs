using System.Security.Authentication;

namespace Connbeat.Config;

/// <summary>How what is served is served by TLS: the <c>tls_server_config</c> of a web-config.yml.</summary>
internal sealed record WebTls
{
    private const string ByTheSystem = "has no effect; the system's OpenSSL chooses, and its openssl.cnf can narrow the choice";

    private static readonly Dictionary<string, ClientAuth> ClientAuths = new(StringComparer.OrdinalIgnoreCase)
    {
        ["NoClientCert"] = ClientAuth.None,
        ["RequestClientCert"] = ClientAuth.Request,
        ["RequireAnyClientCert"] = ClientAuth.RequireAny,
        ["VerifyClientCertIfGiven"] = ClientAuth.VerifyIfGiven,
        ["RequireAndVerifyClientCert"] = ClientAuth.RequireAndVerify,
    };

    private static readonly string[] NamesOfFiles = ["cert_file", "key_file", "client_ca_file"];

    private static readonly Dictionary<string, int> Versions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["TLS10"] = 10,
        ["TLS11"] = 11,
        ["TLS12"] = 12,
        ["TLS13"] = 13,
    };

    /// <summary>The certificate, and those that vouch for it, in PEM form.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>Its key, in PEM form.</summary>
    public Secret Key { get; init; } = new("");

    /// <summary>What is asked of who comes. Default nothing.</summary>
    public ClientAuth ClientAuth { get; init; }

    /// <summary>The authorities that vouch for who comes, in PEM form; empty: those that the system trusts.</summary>
    public string ClientAuthorities { get; init; } = "";

    /// <summary>The names of which the certificate of who comes has to have one; empty: any.</summary>
    public IReadOnlyList<string> AllowedNames { get; init; } = [];

    /// <summary>The versions that are spoken. Default TLS 1.2 and 1.3.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>The files that hold these.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Reads the section.</summary>
    /// <param name="tls">The section.</param>
    /// <param name="folder">What paths in it are of.</param>
    public static WebTls Read(ConfigSection tls, string folder)
    {
        string? certificate = One(tls, "cert", "cert_file", PemText.ProblemOfCertificates, folder);
        string? key = One(tls, "key", "key_file", PemText.ProblemOfKey, folder);
        if (certificate is not null && key is not null && PemText.ProblemOfPair(certificate, key, passphrase: null) is { } problem)
        {
            tls.Fault(tls.Asks("key") ? "key" : "key_file", $"names what {problem}");
        }

        string? authorities = One(tls, "client_ca", "client_ca_file", PemText.ProblemOfCertificates, folder, isRequired: false);
        ClientAuth asked = tls.Choice("client_auth_type", ClientAuth.None, ClientAuths);
        if (authorities is not null && asked is ClientAuth.None)
        {
            tls.Fault(tls.Asks("client_ca") ? "client_ca" : "client_ca_file", "is of no use without client_auth_type");
        }

        int least = tls.Choice("min_version", Versions["TLS12"], Versions);
        int most = tls.Choice("max_version", Versions["TLS13"], Versions);
        if (most < Math.Max(least, Versions["TLS12"]))
        {
            tls.Fault("max_version", least > most ? "is lower than min_version" : "is not safe any more; expected TLS12 or TLS13");
        }

        if (least < Versions["TLS12"])
        {
            tls.Warn("min_version", "is not safe any more; TLS12 is the lowest version that is spoken");
        }

        tls.Bool("prefer_server_cipher_suites", true);
        foreach (string ignored in (string[])["cipher_suites", "curve_preferences"])
        {
            tls.TextList(ignored, []);
            tls.Warn(ignored, ByTheSystem);
        }

        return new()
        {
            Certificate = certificate ?? "",
            Key = new Secret(key ?? ""),
            ClientAuth = asked,
            ClientAuthorities = authorities ?? "",
            AllowedNames = tls.TextList("client_allowed_sans", []),
            Protocols = (least <= Versions["TLS12"] ? SslProtocols.Tls12 : SslProtocols.None) |
                (most >= Versions["TLS13"] ? SslProtocols.Tls13 : SslProtocols.None),
            Files = [.. NamesOfFiles
                .Select(file => tls.Text(file, "")).Where(file => file.Length > 0).Select(file => Path.Combine(folder, file))],
        };
    }

    /// <summary>What stands in the file itself, or in another that it names.</summary>
    private static string? One(
        ConfigSection tls, string inline, string file, Func<string, string?> problem, string folder, bool isRequired = true)
    {
        string? named = tls.ContentOf(file, problem, folder);
        string? written = tls.Secret(inline)?.Value;
        if (tls.Asks(inline) && tls.Asks(file))
        {
            tls.Fault(inline, $"stands there beside {file}; expected one of them");
            return null;
        }
        else if (isRequired && !tls.Asks(inline) && !tls.Asks(file))
        {
            tls.Fault($"tls_server_config.{file} is missing; expected the path of a file");
        }
        else if (tls.Asks(inline) && problem(written ?? "") is { } wrong)
        {
            tls.Fault(inline, wrong);
            return null;
        }

        return tls.Asks(inline) ? written : named;
    }
}

/// <summary>What is asked of who comes; crypto/tls of Go, ClientAuthType.</summary>
internal enum ClientAuth
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A certificate, if there is one, of whomever.</summary>
    Request,

    /// <summary>A certificate, of whomever.</summary>
    RequireAny,

    /// <summary>If there is a certificate, one of an authority that is trusted.</summary>
    VerifyIfGiven,

    /// <summary>A certificate of an authority that is trusted.</summary>
    RequireAndVerify,
}
