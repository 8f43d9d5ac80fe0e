using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Connbeat.Config;

namespace Connbeat.Outputs;

/// <summary>The client's side of TLS, as an output has it configured: what it shows, whom it trusts, and in what words it refuses.</summary>
internal sealed class TlsClient : IDisposable
{
    private readonly TlsOptions _options;
    private readonly X509Certificate2Collection _authorities;
    private readonly X509Certificate2Collection _shown;
    private readonly ConcurrentDictionary<string, bool> _asked = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Loads the certificates, which were checked when the configuration was read.</summary>
    public TlsClient(TlsOptions options)
    {
        _options = options;
        _authorities = PemText.Certificates(options.Authorities);
        _shown = PemText.Certificates(options.Certificate);
        Options = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = options.Protocols,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (stream, certificate, chain, errors) =>
                Trusts(((SslStream)stream).TargetHostName, certificate as X509Certificate2, chain, errors),
            LocalCertificateSelectionCallback = (_, host, _, remote, issuers) =>
            {
                _asked[host] = remote is not null || issuers.Length > 0;
                return null!; // there is none to show, else the context below would
            },
        };
        if (_authorities.Count > 0)
        {
            X509ChainPolicy trust = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            trust.CustomTrustStore.AddRange(_authorities);
            Options.CertificateChainPolicy = trust;
        }

        if (_shown.Count > 0)
        {
            X509Certificate2 leaf =
                PemText.CertificateWithKey(options.Certificate, options.Key!.Value, options.KeyPassphrase?.Value);
            _shown.Add(leaf);
            Options.LocalCertificateSelectionCallback = null;
            Options.ClientCertificateContext =
                SslStreamCertificateContext.Create(leaf, [.. _shown.Skip(1).SkipLast(1)], offline: true);
        }
    }

    /// <summary>What a stream, or an HTTP handler, is to be given.</summary>
    public SslClientAuthenticationOptions Options { get; }

    /// <summary>True where that host has asked for a certificate, and there was none to show.</summary>
    public bool LackedCertificateFor(string host) => _asked.GetValueOrDefault(host);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (X509Certificate2 certificate in _authorities.Concat(_shown))
        {
            certificate.Dispose();
        }
    }

    /// <exception cref="AuthenticationException">It is not to be trusted; the message says why.</exception>
    private bool Trusts(string host, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_options.Verification is TlsVerification.None)
        {
            return true;
        }

        if (_options.Verification is TlsVerification.Certificate)
        {
            errors &= ~SslPolicyErrors.RemoteCertificateNameMismatch;
        }

        if (chain is not null && (EndsAt(chain, _authorities) || EndsAtPinned(chain, certificate)))
        {
            errors &= ~SslPolicyErrors.RemoteCertificateChainErrors;
        }

        return errors is SslPolicyErrors.None
            ? true
            : throw new AuthenticationException(TlsWords.Of(host, certificate, chain, errors, _authorities.Count > 0, _options.Fingerprint.Length > 0));
    }

    /// <summary>True where the server has shown the authority that is known by its fingerprint, and all stands on that.</summary>
    private bool EndsAtPinned(X509Chain shown, X509Certificate2? certificate)
    {
        if (_options.Fingerprint.Length == 0 || certificate is null)
        {
            return false;
        }

        X509Certificate2? pinned = shown.ChainElements.Select(static element => element.Certificate)
            .Concat(shown.ChainPolicy.ExtraStore)
            .FirstOrDefault(one => one.GetCertHashString(HashAlgorithmName.SHA256) == _options.Fingerprint);
        if (pinned is null)
        {
            return false;
        }

        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(pinned);
        chain.ChainPolicy.ExtraStore.AddRange(shown.ChainPolicy.ExtraStore);
        return chain.Build(certificate) || EndsAt(chain, [pinned]);
    }

    /// <summary>
    /// True where nothing is wrong but that the chain ends at an authority that another one vouches for: to name it is
    /// enough.
    /// </summary>
    private static bool EndsAt(X509Chain chain, IEnumerable<X509Certificate2> authorities) =>
        chain.ChainStatus.All(static status => status.Status is X509ChainStatusFlags.PartialChain) &&
        chain.ChainElements is { Count: > 0 } elements &&
        authorities.Any(authority => authority.RawDataMemory.Span.SequenceEqual(elements[^1].Certificate.RawDataMemory.Span));
}
