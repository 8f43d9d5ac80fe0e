using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Connbeat.Config;

/// <summary>Certificates and keys as text; RFC 7468.</summary>
internal static class PemText
{
    private const string Rsa = "1.2.840.113549.1.1.1", EllipticCurve = "1.2.840.10045.2.1";

    /// <summary>What is wrong with certificates; null where nothing is.</summary>
    public static string? ProblemOfCertificates(string pem)
    {
        try
        {
            return Certificates(pem).Count > 0 ? null : "holds no certificate in PEM form";
        }
        catch (CryptographicException)
        {
            return "holds a certificate that can't be read; is it cut off?";
        }
    }

    /// <summary>What is wrong with a private key, before it is known whose it is; null where nothing is.</summary>
    public static string? ProblemOfKey(string pem) =>
        pem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal)
            ? "is encrypted in an old way; `openssl pkcs8 -topk8 -in OLD -out NEW` writes it in the new one"
            : KindOfKey(pem) is null ? "holds no private key in PEM form" : null;

    /// <summary>What is wrong with a key as that of a certificate; null where nothing is.</summary>
    /// <param name="certificates">The certificate, and those that vouch for it.</param>
    /// <param name="key">Its key.</param>
    /// <param name="passphrase">What the key is encrypted with; null where it is not.</param>
    public static string? ProblemOfPair(string certificates, string key, string? passphrase)
    {
        bool isEncrypted = KindOfKey(key) is "ENCRYPTED PRIVATE KEY";
        if (isEncrypted && passphrase is null)
        {
            return "is encrypted; set key_passphrase";
        }

        using RSA? rsa = Import(RSA.Create(), key, passphrase);
        using ECDsa? curve = rsa is null ? Import(ECDsa.Create(), key, passphrase) : null;
        if (rsa is null && curve is null)
        {
            return isEncrypted ? "can't be read with key_passphrase" : "holds a key that can't be read; expected RSA or EC";
        }

        try
        {
            CertificateWithKey(certificates, key, passphrase).Dispose();
            return null;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            return "holds another key than that of the certificate";
        }
    }

    /// <summary>All certificates of a text.</summary>
    /// <exception cref="CryptographicException">One can't be read.</exception>
    public static X509Certificate2Collection Certificates(string pem)
    {
        X509Certificate2Collection certificates = [];
        certificates.ImportFromPem(pem);
        return certificates;
    }

    /// <summary>The first certificate of a text, with its key.</summary>
    /// <exception cref="CryptographicException">They do not fit, or can't be read.</exception>
    /// <exception cref="ArgumentException">As the other.</exception>
    public static X509Certificate2 CertificateWithKey(string certificates, string key, string? passphrase)
    {
        using X509Certificate2 bare = X509Certificate2.CreateFromPem(certificates);
        switch (bare.GetKeyAlgorithm())
        {
            case Rsa:
                using (RSA? rsa = Import(RSA.Create(), key, passphrase))
                {
                    return bare.CopyWithPrivateKey(rsa ?? throw new CryptographicException("no RSA key"));
                }

            case EllipticCurve:
                using (ECDsa? curve = Import(ECDsa.Create(), key, passphrase))
                {
                    return bare.CopyWithPrivateKey(curve ?? throw new CryptographicException("no EC key"));
                }

            default:
                throw new CryptographicException("neither RSA nor EC");
        }
    }

    /// <returns>Null where it is no such key, or the passphrase is wrong.</returns>
    private static T? Import<T>(T key, string pem, string? passphrase)
        where T : AsymmetricAlgorithm
    {
        try
        {
            if (KindOfKey(pem) is "ENCRYPTED PRIVATE KEY")
            {
                key.ImportFromEncryptedPem(pem, passphrase);
            }
            else
            {
                key.ImportFromPem(pem);
            }

            return key;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return null;
        }
    }

    /// <summary>The label of the first private key; null where there is none.</summary>
    private static string? KindOfKey(string pem)
    {
        ReadOnlySpan<char> rest = pem;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            string label = rest[fields.Label].ToString();
            if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                return label;
            }

            rest = rest[fields.Location.End..];
        }

        return null;
    }
}
