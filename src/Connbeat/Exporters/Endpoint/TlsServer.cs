using System.Formats.Asn1;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Connbeat.Config;

namespace Connbeat.Exporters.Endpoint;

/// <summary>How a connection is met by TLS.</summary>
internal sealed class TlsServer
{
    private readonly WebTls _options;

    /// <summary>Prepares for connections.</summary>
    /// <exception cref="CryptographicException">The certificate or its key can't be used.</exception>
    public TlsServer(WebTls options)
    {
        _options = options;
        X509Certificate2Collection shown = PemText.Certificates(options.Certificate);
        X509Certificate2 leaf = PemText.CertificateWithKey(options.Certificate, options.Key.Value, passphrase: null);
        Options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, [.. shown.Skip(1)], offline: true),
            EnabledSslProtocols = options.Protocols,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            ClientCertificateRequired = options.ClientAuth is not ClientAuth.None,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) => Trusts(certificate as X509Certificate2, errors),
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
        if (options.ClientAuthorities.Length > 0)
        {
            X509ChainPolicy trust = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            trust.CustomTrustStore.AddRange(PemText.Certificates(options.ClientAuthorities));
            Options.CertificateChainPolicy = trust;
        }
    }

    /// <summary>What a stream is to be given.</summary>
    public SslServerAuthenticationOptions Options { get; }

    /// <summary>The errors that matter are those of a chain: a client has no name to be compared.</summary>
    private bool Trusts(X509Certificate2? certificate, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return _options.ClientAuth is ClientAuth.None or ClientAuth.Request or ClientAuth.VerifyIfGiven;
        }

        bool isVouchedFor = !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors);
        return (isVouchedFor || _options.ClientAuth is ClientAuth.Request or ClientAuth.RequireAny) && HasAllowedName(certificate);
    }

    private bool HasAllowedName(X509Certificate2 certificate)
    {
        if (_options.AllowedNames.Count == 0)
        {
            return true;
        }

        try
        {
            return NamesOf(certificate).Any(name => _options.AllowedNames.Contains(name));
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    /// <summary>Names of hosts, addresses, mail addresses and URIs; RFC 5280, 4.2.1.6.</summary>
    private static IEnumerable<string> NamesOf(X509Certificate2 certificate)
    {
        const string SubjectAlternativeName = "2.5.29.17";

        foreach (X509Extension extension in certificate.Extensions.Where(one => one.Oid?.Value == SubjectAlternativeName))
        {
            AsnReader names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                Asn1Tag tag = names.PeekTag();
                if (tag.TagValue is 1 or 2 or 6) // rfc822Name, dNSName, uniformResourceIdentifier
                {
                    yield return names.ReadCharacterString(UniversalTagNumber.IA5String, tag);
                }
                else if (tag.TagValue is 7) // iPAddress
                {
                    byte[] address = names.ReadOctetString(tag);
                    yield return address.Length is 4 or 16 ? new IPAddress(address).ToString() : Encoding.ASCII.GetString(address);
                }
                else
                {
                    names.ReadEncodedValue();
                }
            }
        }
    }
}
