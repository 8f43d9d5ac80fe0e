using System.Text;
using Connbeat.Config;

namespace Connbeat.Enrichment.Docker;

/// <summary>
/// Where a container engine listens, as the environment says it; see
/// https://docs.docker.com/reference/cli/docker/#environment-variables.
/// </summary>
/// <param name="Address">How messages name it; never with a secret.</param>
/// <param name="Root">What the paths of requests are relative to.</param>
/// <param name="SocketPath">The unix socket; null where it is reached over TCP.</param>
/// <param name="CertificateFolder">Where ca.pem, cert.pem and key.pem lie; null: what the system trusts.</param>
internal sealed record DockerEndpoint(string Address, Uri Root, string? SocketPath, string? CertificateFolder)
{
    private const string Default = "unix:///var/run/docker.sock";
    private const string Expected = "unix:///path, tcp://host:port, http://host:port or https://host:port";

    /// <summary>The longest path of a unix socket, in bytes; see unix(7).</summary>
    private const int LongestSocketPath = 107;

    /// <summary>
    /// Reads DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH. One that is empty is as good as one that is not set.
    /// </summary>
    /// <param name="environment">A variable's value; null where it is not set.</param>
    /// <exception cref="ConfigException">DOCKER_HOST is nothing that is understood.</exception>
    public static DockerEndpoint Read(Func<string, string?> environment)
    {
        string host = environment("DOCKER_HOST") is { Length: > 0 } set ? set : Default;
        bool verifies = environment("DOCKER_TLS_VERIFY") is { Length: > 0 };
        string? certificates = environment("DOCKER_CERT_PATH") is { Length: > 0 } folder ? folder : null;

        int end = host.IndexOf("://", StringComparison.Ordinal);
        string scheme = end < 0 ? "" : host[..end].ToLowerInvariant();
        string rest = end < 0 ? "" : host[(end + 3)..];
        return scheme switch
        {
            "unix" => OfSocket(host, rest),
            "tcp" when verifies => OfServer(host, rest, "https", 2376, certificates),
            "tcp" => OfServer(host, rest, "http", 2375, null),
            "http" => OfServer(host, rest, "http", 80, null),
            "https" => OfServer(host, rest, "https", 443, certificates),
            _ => throw Refusal(host, $"expected {Expected}"),
        };
    }

    private static DockerEndpoint OfSocket(string host, string path)
    {
        if (!path.StartsWith('/') || path.Contains('\0'))
        {
            throw Refusal(host, "expected the whole path of a socket, as in unix:///var/run/docker.sock");
        }

        return Encoding.UTF8.GetByteCount(path) <= LongestSocketPath
            ? new DockerEndpoint($"unix://{path}", new Uri("http://docker/"), path, null)
            : throw Refusal(host, $"the path of a socket has at most {LongestSocketPath} bytes");
    }

    private static DockerEndpoint OfServer(string host, string rest, string scheme, int port, string? certificates)
    {
        // A scheme that Uri has no default port for, so that a missing port is told from one that was written.
        if (!Uri.TryCreate($"tcp://{rest}", UriKind.Absolute, out Uri? parts) ||
            parts.Host.Length == 0 || parts.UserInfo.Length > 0 || parts.Query.Length > 0 || parts.Fragment.Length > 0)
        {
            throw Refusal(host, $"expected {Expected}, without user, query and fragment");
        }

        string path = parts.AbsolutePath.TrimEnd('/') + '/';
        UriBuilder root = new(scheme, parts.Host, parts.Port > 0 ? parts.Port : port, path);
        return new DockerEndpoint(root.Uri.ToString().TrimEnd('/'), root.Uri, null, certificates);
    }

    private static ConfigException Refusal(string host, string problem)
    {
        // What stands before an @ may be a password.
        string shown = host.Contains('@') ? $"{host[..(host.IndexOf(':') + 1)]}..." : host;
        return new ConfigException([new ConfigFault(null, $"DOCKER_HOST is '{shown}'; {problem}")]);
    }
}
