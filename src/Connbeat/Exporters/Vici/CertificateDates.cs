using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Connbeat.StrongSwan.Vici;

namespace Connbeat.Exporters.Vici;

/// <summary>How long a certificate of the daemon's is good for.</summary>
/// <param name="Subject">Whose it is, in the order of its encoding: <c>C=DE, O=Lab, CN=host</c>.</param>
/// <param name="Serial">Its number, in hexadecimal.</param>
/// <param name="NotBefore">From when.</param>
/// <param name="NotAfter">Until when.</param>
internal sealed record CertificateDates(string Subject, string Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>That of a <c>list-cert</c>; null where it is no X.509 certificate, or one that cannot be read.</summary>
    public static CertificateDates? Read(ViciSection cert)
    {
        if (cert.Text("type"u8) != "X509")
        {
            return null;
        }

        try
        {
            using X509Certificate2 read = X509CertificateLoader.LoadCertificate(cert.Bytes("data"u8));
            return new CertificateDates(
                read.SubjectName.Decode(X500DistinguishedNameFlags.None),
                read.SerialNumber.ToLowerInvariant(),
                new DateTimeOffset(read.NotBefore),
                new DateTimeOffset(read.NotAfter));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
