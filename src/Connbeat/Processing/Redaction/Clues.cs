namespace Connbeat.Processing.Redaction;

/// <summary>What there may be in a text, so that nothing else is looked for.</summary>
[Flags]
internal enum Clues
{
    /// <summary>No secret.</summary>
    None = 0,

    /// <summary>A name, or a program, that a secret follows.</summary>
    Names = 1,

    /// <summary>A token that is known by its shape.</summary>
    Tokens = 2,

    /// <summary>A block of PEM.</summary>
    Pem = 4,

    /// <summary>A URL with credentials, or what looks like one without its scheme.</summary>
    Urls = 8,
}

/// <summary>
/// Tells of most texts that there is no secret in them, at the cost of reading them once. It looks for some hundred parts of
/// names, programs and tokens by their first three characters, five bits of each, which is the same for a letter in
/// either case; what has these is compared whole.
/// </summary>
internal static class ClueSearch
{
    private const int Bits = 5;
    private const int Mask = (1 << (3 * Bits)) - 1;

    /// <summary>A part of each name that <see cref="NameParts"/> knows and of each program of <see cref="ProgramFlags"/>.</summary>
    private static readonly string[] Names =
    [
        "pass", "pwd", "-pw", "_pw", "pw=", "pw:", "bindpw", "rootpw", "adminpw", "userpw", "dbpw", "secret", "token",
        "key", "auth", "cred", "cookie", "session", "sessid", "jwt", "bearer", "basic", "psk", "otp", "sid=", "sid:",
        "sas=", "sas:", "sig=", "sig:", "signature", "code=", "code:", "ticket", "salt", "pepper", "hmac", "webhook",
        "mysql", "mariadb", "mydumper", "myloader", "mycli", "xtrabackup", "mongo", "cqlsh", "redis-", "valkey-",
        "keydb-", "curl", "http\0", "http ", "https\0", "https ", "xh\0", "xh ", "ldap", "snmp", "encrypt", "sqlcmd",
        "bcp", "mosquitto", "ipmitool", "zip\0", "zip ", "smb", "rpcclient", "lftp", "openssl", "7z\0", "7z ", "7za",
        "7zr", "rar\0", "rar ", "freerdp", "rdesktop", "login", "rabbitmqctl", "vault", "bao\0", "bao ", "mc\0",
        "mc ", "mcli", "ngrok", "htdigest", "wpa_", "isql", "iusql", "radtest", "sqlplus", "sqlldr", "expdp", "impdp",
        "rman\0", "rman ", "userid=", "beeline", "cypher-shell", "cbq\0", "cbq ", "openfortivpn", "ncftp", "kadmin",
        "tsql", "osql", "microsocks", "winexe", "nmcli", "pppd", "iwctl", "put-parameter", "etcdctl", "turnserver",
        "ttyd", "gotty", "ab\0", "ab ", "ss-server", "ss-local", "ss-redir", "ss-tunnel", "ssserver", "sslocal",
        "pkcs11-tool", "softhsm2", "ykman", "useradd", "usermod", "identified", "sudo -", "cryptsetup", "phrase",
        "mnemonic", "twine", "poetry", "sendemail", "swaks", "pdftk", "ssh-keygen", "pat=", "pat:", "-pat", "_pat",
    ];

    private static readonly ulong[] Seen = new ulong[(Mask + 1) / 64];
    private static readonly Dictionary<int, (string Text, Clues Clue)[]> Parts = Index();

    /// <summary>What may be in a text; what is not told is not in it.</summary>
    public static Clues In(ReadOnlySpan<char> text)
    {
        Clues clues = text.Contains('@') && text.Contains(':') ? Clues.Urls : Clues.None;
        int three = 0;
        ReadOnlySpan<ulong> seen = Seen;
        for (int at = 0; at < text.Length; at++)
        {
            three = ((three << Bits) | (text[at] & ((1 << Bits) - 1))) & Mask;
            if ((seen[three >> 6] & (1UL << three)) != 0 && at >= 2)
            {
                clues |= Compare(text[(at - 2)..], three);
            }
        }

        return clues;
    }

    private static Clues Compare(ReadOnlySpan<char> text, int three)
    {
        Clues clues = Clues.None;
        foreach ((string part, Clues clue) in Parts[three])
        {
            clues |= text.StartsWith(part, StringComparison.OrdinalIgnoreCase) ? clue : Clues.None;
        }

        return clues;
    }

    private static Dictionary<int, (string Text, Clues Clue)[]> Index()
    {
        IEnumerable<(string Text, Clues Clue)> parts = Names.Select(name => (name, Clues.Names))
            .Concat(KnownTokens.Prefixes.Select(prefix => (prefix, Clues.Tokens)))
            .Append((PemBlocks.Begin, Clues.Pem));
        Dictionary<int, (string Text, Clues Clue)[]> index =
            parts.GroupBy(part => Three(part.Text)).ToDictionary(group => group.Key, group => group.ToArray());
        foreach (int three in index.Keys)
        {
            Seen[three >> 6] |= 1UL << three;
        }

        return index;
    }

    private static int Three(string text) =>
        text.Take(3).Aggregate(0, (three, character) => (three << Bits) | (character & ((1 << Bits) - 1)));
}
