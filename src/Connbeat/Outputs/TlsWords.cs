using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Connbeat.Outputs;

/// <summary>Says in one line why a server's certificate is not trusted.</summary>
internal static class TlsWords
{
    private const int MostNames = 3;

    /// <summary>The words, which follow the address of the server and a colon.</summary>
    /// <param name="host">Who was to be spoken to.</param>
    /// <param name="certificate">What it has shown; null where nothing.</param>
    /// <param name="chain">Who vouches for that.</param>
    /// <param name="errors">What is wrong.</param>
    /// <param name="ownAuthorities">True where the authorities are those of the configuration.</param>
    /// <param name="pinned">True where an authority is known by its fingerprint.</param>
    public static string Of(
        string host, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, bool ownAuthorities, bool pinned)
    {
        if (certificate is null)
        {
            return "it shows no certificate";
        }

        List<string> problems = [];
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            problems.AddRange(OfChain(chain, ownAuthorities, pinned));
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            problems.Add($"its certificate is for {Names(certificate)}, not for {host}");
        }

        return string.Join("; ", problems);
    }

    private static IEnumerable<string> OfChain(X509Chain? chain, bool ownAuthorities, bool pinned)
    {
        X509ChainStatusFlags flags = chain?.ChainStatus.Aggregate(
            X509ChainStatusFlags.NoError, static (all, one) => all | one.Status) ?? X509ChainStatusFlags.NoError;
        if (chain is null or { ChainElements.Count: 0 })
        {
            yield return "its certificate can't be checked";
            yield break;
        }

        const X509ChainStatusFlags Untrusted = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;
        if ((flags & Untrusted) != 0)
        {
            X509Certificate2 last = chain.ChainElements[^1].Certificate;
            string authorities = ownAuthorities ? "certificate_authorities names" : "this system trusts";
            string fingerprint = pinned ? ", and none that it shows has the ca_trusted_fingerprint" : "";
            yield return $"its certificate is vouched for by {Name(last.IssuerName)}, which is not one that {authorities}{fingerprint}";
        }

        if (flags.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            X509Certificate2 wrong = chain.ChainElements.First(
                static element => element.ChainElementStatus.Any(
                    static status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid))).Certificate;
            yield return $"the certificate of {Name(wrong.SubjectName)} is valid from {Day(wrong.NotBefore)} to {Day(wrong.NotAfter)}";
        }

        X509ChainStatusFlags others = flags & ~(Untrusted | X509ChainStatusFlags.NotTimeValid);
        if (others != 0)
        {
            yield return $"its certificate is not to be trusted ({others})";
        }
    }

    private static string Names(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? alternatives =
            certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        string[] names = alternatives is null
            ? [Name(certificate.SubjectName)]
            : [.. alternatives.EnumerateDnsNames(), .. alternatives.EnumerateIPAddresses().Select(ip => ip.ToString())];
        return names.Length > MostNames
            ? $"{string.Join(", ", names[..MostNames])} and {names.Length - MostNames} others"
            : string.Join(", ", names);
    }

    private static string Name(X500DistinguishedName name) => name.Name.Length > 0 ? $"'{name.Name}'" : "nobody";

    private static string Day(DateTime time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
