using System.Text;

namespace Connbeat.Config;

/// <summary>Where requests go. Prints as scheme, host and port: path and query often hold a key, and users a password.</summary>
/// <param name="Uri">The address with its query and without user and password. A secret.</param>
/// <param name="User">The user that the address names; null where it names none.</param>
/// <param name="Password">That user's password.</param>
/// <param name="Masked">What was written, with <c>****</c> for the password and for the values of the query.</param>
internal sealed record HttpAddress(Uri Uri, string? User, Secret? Password, string Masked)
{
    private const string SchemeEnd = "://";
    private const UriComponents Server = UriComponents.Scheme | UriComponents.Host | UriComponents.StrongPort;

    /// <summary>Reads an address as the original does.</summary>
    /// <param name="written">A host, with or without scheme, user, port, path and query.</param>
    /// <param name="protocol">The scheme where there is none.</param>
    /// <param name="path">The path where there is none, or no more than a slash.</param>
    /// <param name="parameters">More of the query; joined to what the address has.</param>
    /// <param name="port">The port where there is none; null: that of the scheme.</param>
    /// <returns>Null where it is no address of a web server.</returns>
    public static HttpAddress? Parse(
        string written,
        string protocol,
        string path,
        IEnumerable<KeyValuePair<string, Secret>> parameters,
        int? port = null)
    {
        string whole = written.Contains(SchemeEnd, StringComparison.Ordinal) ? written : protocol + SchemeEnd + written;
        if (port is not null && !HasPort(whole))
        {
            int end = whole.IndexOfAny(['/', '?', '#'], whole.IndexOf(SchemeEnd, StringComparison.Ordinal) + SchemeEnd.Length);
            whole = whole.Insert(end < 0 ? whole.Length : end, $":{port}");
        }

        if (!Uri.TryCreate(whole, UriKind.Absolute, out Uri? parts) || parts is not
            { Scheme: "http" or "https", Host.Length: > 0, Port: > 0 })
        {
            return null;
        }

        string ownPath = parts.AbsolutePath is "/" && path.Length > 0 ? $"/{path.TrimStart('/')}" : parts.AbsolutePath;
        StringBuilder target = new(ownPath);
        char separator = '?';
        if (parts.Query.Length > 1)
        {
            target.Append(parts.Query);
            separator = '&';
        }

        foreach ((string name, Secret value) in parameters)
        {
            target.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value.Value));
            separator = '&';
        }

        string[] userInfo = parts.UserInfo.Split(':', 2);
        return new HttpAddress(
            new Uri(parts.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + target),
            userInfo[0].Length > 0 ? Uri.UnescapeDataString(userInfo[0]) : null,
            userInfo.Length > 1 ? new Secret(Uri.UnescapeDataString(userInfo[1])) : null,
            Mask(parts));
    }

    /// <inheritdoc/>
    public override string ToString() => Uri.GetComponents(Server, UriFormat.UriEscaped);

    /// <summary>The same address with more of a path, such as <c>/_bulk?filter_path=errors</c>; its own query stays.</summary>
    public Uri Below(string target)
    {
        int query = target.IndexOf('?');
        string path = query < 0 ? target : target[..query];
        string more = query < 0 ? "" : $"{(Uri.Query.Length > 1 ? "&" : "?")}{target[(query + 1)..]}";
        return new Uri(
            $"{Uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}{Uri.AbsolutePath.TrimEnd('/')}{path}{Uri.Query}{more}");
    }

    /// <summary>True where a port is written: it may be that of the scheme, which a Uri does not tell from none.</summary>
    private static bool HasPort(string whole)
    {
        string rest = whole[(whole.IndexOf(SchemeEnd, StringComparison.Ordinal) + SchemeEnd.Length)..];
        int end = rest.IndexOfAny(['/', '?', '#']);
        string server = end < 0 ? rest : rest[..end];
        string host = server[(server.LastIndexOf('@') + 1)..];
        return host.LastIndexOf(':') > host.LastIndexOf(']');
    }

    private static string Mask(Uri parts)
    {
        string user = parts.UserInfo.Split(':', 2) is [var name, _] ? $"{name}:{Secret.Shown}@"
            : parts.UserInfo.Length > 0 ? $"{parts.UserInfo}@"
            : "";
        IEnumerable<string> query = parts.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(static pair => pair.Contains('=') ? $"{pair[..pair.IndexOf('=')]}={Secret.Shown}" : Secret.Shown);
        string masked = string.Join('&', query);
        string server = parts.GetComponents(UriComponents.Host | UriComponents.StrongPort, UriFormat.UriEscaped);
        return $"{parts.Scheme}{SchemeEnd}{user}{server}{parts.AbsolutePath}{(masked.Length > 0 ? $"?{masked}" : "")}";
    }
}
