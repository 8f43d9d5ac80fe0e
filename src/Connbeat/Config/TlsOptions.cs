using System.Security.Authentication;
using System.Security.Cryptography;

namespace Connbeat.Config;

/// <summary>How an output speaks TLS: its <c>ssl</c> section. Files are read with the configuration, so also at SIGHUP.</summary>
internal sealed record TlsOptions
{
    private static readonly Dictionary<string, TlsVerification> Verifications = new()
    {
        ["full"] = TlsVerification.Full,
        ["certificate"] = TlsVerification.Certificate,
        ["none"] = TlsVerification.None,
    };

    /// <summary>Those that the original knew too, so that it can be told why not.</summary>
    private static readonly Dictionary<string, Version> Versions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["TLSv1.0"] = Version.Tls10,
        ["TLSv1.1"] = Version.Tls11,
        ["TLSv1.2"] = Version.Tls12,
        ["TLSv1.3"] = Version.Tls13,
    };

    private enum Version
    {
        Tls10,
        Tls11,
        Tls12,
        Tls13,
    }

    /// <summary>
    /// The authorities that are trusted, in PEM form, and no others; empty: those that the system trusts. Default empty;
    /// the key is <c>certificate_authorities</c>.
    /// </summary>
    public string Authorities { get; init; } = "";

    /// <summary>The certificate that is shown where one is asked for, and those that vouch for it, in PEM form; empty: none.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>Its key, in PEM form.</summary>
    public Secret? Key { get; init; }

    /// <summary>What the key is encrypted with; null where it is not.</summary>
    public Secret? KeyPassphrase { get; init; }

    /// <summary>What is looked at of the server's certificate; the key is <c>verification_mode</c>. Default full.</summary>
    public TlsVerification Verification { get; init; } = TlsVerification.Full;

    /// <summary>The versions that are spoken; the key is <c>supported_protocols</c>. Default TLSv1.2 and TLSv1.3.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>
    /// SHA-256 of the certificate of an authority, in hexadecimal: where the server shows that one, it is trusted too.
    /// Default "", none; the key is <c>ca_trusted_fingerprint</c>.
    /// </summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>Reads the section of an output.</summary>
    /// <param name="output">The output.</param>
    /// <param name="older">Another name of the section; null for none.</param>
    /// <param name="name">The name that was used.</param>
    /// <param name="pins">True: an authority may be named by its fingerprint.</param>
    public static TlsOptions Read(ConfigSection output, string? older, out string name, bool pins = false)
    {
        name = older is not null && output.Has(older) ? older : "ssl";
        if (name == older && output.Has("ssl"))
        {
            output.Fault(older, "is another name of ssl, which stands there too; expected one of them");
            Read(output, output.Section("ssl"), pins);
        }

        return Read(output, output.Section(name), pins);
    }

    private static TlsOptions Read(ConfigSection output, ConfigSection tls, bool pins)
    {
        if (!tls.Bool("enabled", true) || output.IsOff)
        {
            tls.SwitchOff();
        }

        string? certificate = tls.ContentOf("certificate", PemText.ProblemOfCertificates);
        string? key = tls.ContentOf("key", PemText.ProblemOfKey);
        Secret? passphrase = tls.Secret("key_passphrase") is { Value.Length: > 0 } secret ? secret : null;
        JudgePair(tls, certificate, key, passphrase);
        string fingerprint = pins ? tls.Text(
            "ca_trusted_fingerprint", "", "64 hexadecimal digits, the SHA-256 of a certificate", IsFingerprint) : "";
        IReadOnlyList<Version> versions = tls.Choices("supported_protocols", [Version.Tls12, Version.Tls13], Versions);
        TlsOptions options = new()
        {
            Authorities = string.Join('\n', tls.ContentsOf("certificate_authorities", PemText.ProblemOfCertificates)),
            Certificate = certificate ?? "",
            Key = key is null ? null : new Secret(key),
            KeyPassphrase = passphrase,
            Fingerprint = fingerprint.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant(),
            Verification = tls.Choice("verification_mode", TlsVerification.Full, Verifications),
            Protocols = (versions.Contains(Version.Tls12) ? SslProtocols.Tls12 : SslProtocols.None) |
                (versions.Contains(Version.Tls13) ? SslProtocols.Tls13 : SslProtocols.None),
        };
        if (tls.IsOff)
        {
            return new();
        }

        if (versions.Contains(Version.Tls10) || versions.Contains(Version.Tls11))
        {
            tls.Fault("supported_protocols", "names TLSv1.0 or TLSv1.1, which are not safe any more; expected TLSv1.2 or TLSv1.3");
        }

        if (options.Verification is TlsVerification.None)
        {
            tls.Warn("verification_mode", "is none: whoever answers is taken for the server");
        }

        return options;
    }

    private static bool IsFingerprint(string text)
    {
        string digits = text.Replace(":", "", StringComparison.Ordinal);
        return digits.Length is 0 or SHA256.HashSizeInBytes * 2 && digits.All(char.IsAsciiHexDigit);
    }

    private static void JudgePair(ConfigSection tls, string? certificate, string? key, Secret? passphrase)
    {
        if (tls.Asks("certificate") != tls.Asks("key"))
        {
            (string there, string missing) = tls.Asks("key") ? ("key", "certificate") : ("certificate", "key");
            tls.Fault(there, $"is of no use without {missing}");
        }
        else if (certificate is not null && key is not null &&
            PemText.ProblemOfPair(certificate, key, passphrase?.Value) is { } problem)
        {
            tls.Fault("key", $"names a file that {problem}");
        }
    }
}

/// <summary>What is looked at of a server's certificate.</summary>
internal enum TlsVerification
{
    /// <summary>Who vouches for it, and that it is that of the host.</summary>
    Full,

    /// <summary>Who vouches for it.</summary>
    Certificate,

    /// <summary>Nothing: whoever answers is believed.</summary>
    None,
}
