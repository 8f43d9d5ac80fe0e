using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Connbeat.Tests.Support;

/// <summary>An authority and the certificates that it issues.</summary>
internal sealed class Certificates : IDisposable
{
    private static readonly DateTimeOffset Year2020 = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>One is dear to make.</summary>
    private static readonly Lazy<RSA> RsaKey = new(() => RSA.Create(2048));

    private readonly List<IDisposable> _made = [];
    private byte _serial;

    /// <summary>A root of its own, of which nobody knows.</summary>
    public Certificates(string name) => Authority = Root(name);

    private Certificates(X509Certificate2 authority) => Authority = authority;

    /// <summary>The certificate, with its key, that vouches for the others.</summary>
    public X509Certificate2 Authority { get; }

    public string AuthorityPem => Authority.ExportCertificatePem();

    /// <summary>An authority that this one vouches for.</summary>
    public Certificates Intermediate(string name)
    {
        Certificates intermediate = new(Issue(name, isAuthority: true));
        _made.Add(intermediate);
        return intermediate;
    }

    /// <summary>A certificate with its key, for an address or a name of a host; valid from 2020 for so many years.</summary>
    public X509Certificate2 Issue(string name, bool isAuthority = false, int years = 100, bool rsa = false)
    {
        RSA? rsaKey = rsa ? RsaKey.Value : null;
        using ECDsa? curveKey = rsa ? null : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = rsaKey is not null
            ? new($"CN={name}", rsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new($"CN={name}", curveKey!, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        SubjectAlternativeNameBuilder names = new();
        if (IPAddress.TryParse(name, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name.Replace(' ', '-'));
        }

        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 bare = request.Create(
            Authority.SubjectName, X509SignatureGenerator.CreateForECDsa(Authority.GetECDsaPrivateKey()!),
            Year2020.AddDays(1), Year2020.AddYears(years), [7, 6, ++_serial]);
        X509Certificate2 issued = rsaKey is not null ? bare.CopyWithPrivateKey(rsaKey) : bare.CopyWithPrivateKey(curveKey!);
        _made.Add(issued);
        return issued;
    }

    public void Dispose()
    {
        _made.ForEach(made => made.Dispose());
        Authority.Dispose();
    }

    private static X509Certificate2 Root(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Year2020, Year2020.AddYears(150));
    }
}
