using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Connbeat.Config;
using Connbeat.Linux;

namespace Connbeat.Exporters.Endpoint;

/// <summary>
/// Says whether somebody has the password of a user; RFC 7617. Who was known is known again at once, and waits for nobody.
/// </summary>
/// <param name="queue">Has passwords checked.</param>
internal sealed class BasicAuth(PasswordQueue queue)
{
    private const string Scheme = "Basic ";
    private const int MostRemembered = 100;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, bool> _known = [];

    /// <summary>True where the header names a user and has the user's password.</summary>
    /// <param name="authorization">The header; null where there is none.</param>
    /// <param name="users">The hash of each user's password.</param>
    /// <param name="from">Who sent it.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    /// <returns>Null where too many passwords wait to be checked, at once.</returns>
    public async Task<bool?> KnowsAsync(
        string? authorization, IReadOnlyDictionary<string, Secret> users, InetAddress from, CancellationToken cancellationToken)
    {
        if (!TryRead(authorization, out string user, out byte[] password))
        {
            return false;
        }

        // Nobody is to learn by the clock which users there are.
        bool isUser = users.TryGetValue(user, out Secret? hash);
        hash ??= users.Values.First();
        string asked = NameOf(user, hash.Value, password);
        return IsKnown() ? true : await queue.CheckAsync(from, Check, cancellationToken);

        bool IsKnown() => isUser && _known.ContainsKey(asked);

        bool Check()
        {
            if (IsKnown())
            {
                return true; // by one who waited before this one
            }

            string? made = LibC.Crypt(password, hash.Value);
            bool isRight = CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(made ?? ""), Encoding.ASCII.GetBytes(hash.Value)) && isUser;
            if (isRight)
            {
                Remember(asked);
            }

            return isRight;
        }
    }

    /// <summary>Reads the header. A password with a zero byte is none: a hash would end there.</summary>
    private static bool TryRead(string? authorization, out string user, out byte[] password)
    {
        (user, password) = ("", []);
        if (authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true)
        {
            return false;
        }

        byte[] decoded = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[Scheme.Length..].Trim(), decoded, out int length))
        {
            return false;
        }

        ReadOnlySpan<byte> both = decoded.AsSpan(0, length);
        int colon = both.IndexOf((byte)':');
        if (colon < 0 || both.Contains((byte)0))
        {
            return false;
        }

        (user, password) = (Encoding.UTF8.GetString(both[..colon]), both[(colon + 1)..].ToArray());
        return true;
    }

    private string NameOf(string user, string hash, byte[] password) =>
        Convert.ToHexString(HMACSHA256.HashData(_key, (byte[])[.. Encoding.UTF8.GetBytes($"{user}\0{hash}\0"), .. password]));

    private void Remember(string known)
    {
        if (_known.Count >= MostRemembered)
        {
            _known.Clear();
        }

        _known[known] = true;
    }
}
