using System.Buffers;

namespace Connbeat.Processing.Redaction;

/// <summary>Which short flags of which programs are followed by secrets: <c>-p</c> is a port as often as a password.</summary>
internal static class ProgramFlags
{
    private static readonly ProgramFlag[] None = [];
    private static readonly ProgramFlag[] MySql = [new("-p", FlagForm.Attached)];
    private static readonly ProgramFlag[] MySqlAdmin = [new("-p", FlagForm.Attached), new("password", FlagForm.Separate)];
    private static readonly ProgramFlag[] LowerP = [new("-p", FlagForm.Either)];
    private static readonly ProgramFlag[] UpperP = [new("-P", FlagForm.Either)];
    private static readonly ProgramFlag[] LowerA = [new("-a", FlagForm.Either)];
    private static readonly ProgramFlag[] LowerW = [new("-w", FlagForm.Clustered)];
    private static readonly ProgramFlag[] Archive = [new("-p", FlagForm.Attached), new("-hp", FlagForm.Attached)];
    private static readonly ProgramFlag[] RemoteDesktop = [new("/p:", FlagForm.Attached), new("-p", FlagForm.Separate)];
    private static readonly ProgramFlag[] OpenSsl = [new("-k", FlagForm.Separate), new("-K", FlagForm.Separate)];
    private static readonly ProgramFlag[] Samba = [new("-U", FlagForm.Either, SecretKind.AfterPercent)];
    private static readonly ProgramFlag[] LftpUser = [new("-u", FlagForm.Either, SecretKind.AfterComma)];
    private static readonly ProgramFlag[] Httpie = [new("-a", FlagForm.Either, SecretKind.AfterColon)];
    private static readonly ProgramFlag[] Snmp =
        [new("-c", FlagForm.Separate), new("-A", FlagForm.Separate), new("-X", FlagForm.Separate)];
    private static readonly ProgramFlag[] Aws = [new("--value", FlagForm.Long, Needs: ProgramWords.PutParameter)];
    private static readonly ProgramFlag[] Network =
        [new("password", FlagForm.Separate), new("psk", FlagForm.Separate), new("passphrase", FlagForm.Separate)];
    private static readonly ProgramFlag[] GitHub =
        [new("-b", FlagForm.Either, Needs: ProgramWords.Secret), new("--body", FlagForm.Long, Needs: ProgramWords.Secret)];
    private static readonly ProgramFlag[] GitLab = [new("-t", FlagForm.Either, Needs: ProgramWords.Auth)];
    private static readonly ProgramFlag[] Azure =
        [new("-p", FlagForm.Either, Needs: ProgramWords.Login), new("--value", FlagForm.Long, Needs: ProgramWords.Secret)];
    private static readonly ProgramFlag[] Credentials =
        [new("-u", FlagForm.Either, SecretKind.AfterColon), new("--user", FlagForm.Long, SecretKind.AfterColon)];
    private static readonly ProgramFlag[] LowerK = [new("-k", FlagForm.Either)];
    private static readonly ProgramFlag[] Terminal =
        [new("-c", FlagForm.Either, SecretKind.AfterColon), new("--credential", FlagForm.Long, SecretKind.AfterColon)];
    private static readonly ProgramFlag[] Load =
        [new("-A", FlagForm.Either, SecretKind.AfterColon), new("-P", FlagForm.Either, SecretKind.AfterColon)];
    private static readonly ProgramFlag[] Oracle = [new("userid=", FlagForm.Attached, SecretKind.AfterSlash)];
    private static readonly ProgramFlag[] SmartCard =
    [
        new("-p", FlagForm.Either), new("--pin", FlagForm.Long), new("--so-pin", FlagForm.Long),
        new("--new-pin", FlagForm.Long),
    ];
    private static readonly ProgramFlag[] Mail = [new("-xp", FlagForm.Separate), new("-ap", FlagForm.Separate)];
    private static readonly ProgramFlag[] Pdf =
        [new("user_pw", FlagForm.Separate), new("owner_pw", FlagForm.Separate), new("input_pw", FlagForm.Separate)];
    private static readonly ProgramFlag[] SshKey = [new("-N", FlagForm.Either), new("-P", FlagForm.Either)];
    private static readonly ProgramFlag[] Accounts = [new("-p", FlagForm.Either)];
    private static readonly ProgramFlag[] Login = [new("-p", FlagForm.Either, Needs: ProgramWords.Login)];

    private static readonly ProgramFlag[] Curl =
    [
        new("-u", FlagForm.Clustered, SecretKind.AfterColon),
        new("-U", FlagForm.Clustered, SecretKind.AfterColon),
        new("-E", FlagForm.Clustered, SecretKind.AfterColon),
        new("-b", FlagForm.Clustered, SecretKind.IfAssignment),
        new("--user", FlagForm.Long, SecretKind.AfterColon),
        new("--proxy-user", FlagForm.Long, SecretKind.AfterColon),
        new("--cert", FlagForm.Long, SecretKind.AfterColon),
    ];

    /// <summary>The flags of a program, by the name of its file; none of one that is not known.</summary>
    public static IReadOnlyList<ProgramFlag> Of(ReadOnlySpan<char> program) => program switch
    {
        "mysql" or "mysqldump" or "mysqlimport" or "mysqlcheck" or "mysqlshow" or "mysqlslap" or "mysqlpump" or
            "mysqlbinlog" or "mysqlsh" or "mariadb" or "mariadb-dump" or "mariadb-import" or "mariadb-check" or
            "mariadb-show" or "mariadb-slap" or "mariadb-binlog" or "mariadb-backup" or "mydumper" or "myloader" or
            "mycli" or "xtrabackup" => MySql,
        "mysqladmin" or "mariadb-admin" => MySqlAdmin,
        "mongo" or "mongosh" or "mongodump" or "mongorestore" or "mongoexport" or "mongoimport" or "mongostat" or
            "mongotop" or "mongofiles" or "sshpass" or "cqlsh" or "cypher-shell" or "beeline" or "cbq" or
            "openfortivpn" or "twine" or "poetry" or "ncftp" or "ncftpget" or "ncftpput" => LowerP,
        "redis-cli" or "redis-benchmark" or "valkey-cli" or "keydb-cli" => LowerA,
        "curl" => Curl,
        "http" or "https" or "xh" => Httpie,
        "ldapsearch" or "ldapadd" or "ldapmodify" or "ldapdelete" or "ldappasswd" or "ldapwhoami" or
            "kadmin" => LowerW,
        "sqlcmd" or "bcp" or "tsql" or "osql" or "microsocks" or "mosquitto_pub" or
            "mosquitto_sub" or "mosquitto_rr" or "ipmitool" or "zip" or "unzip" => UpperP,
        "smbclient" or "rpcclient" or "smbmap" or "smbget" or "winexe" => Samba,
        "lftp" => LftpUser,
        "openssl" => OpenSsl,
        "snmpwalk" or "snmpget" or "snmpset" or "snmpbulkwalk" or "snmpgetnext" or "snmptable" or "snmptrap" => Snmp,
        "aws" => Aws,
        "nmcli" or "wpa_cli" or "pppd" or "iwd" or "iwctl" => Network,
        "gh" => GitHub,
        "glab" or "doctl" => GitLab,
        "az" => Azure,
        "etcdctl" or "turnserver" => Credentials,
        "ttyd" or "gotty" => Terminal,
        "ab" => Load,
        "ss-server" or "ss-local" or "ss-redir" or "ss-tunnel" or "ssserver" or "sslocal" => LowerK,
        "sqlldr" or "expdp" or "impdp" or "exp" or "imp" => Oracle,
        "pkcs11-tool" or "softhsm2-util" or "ykman" => SmartCard,
        "useradd" or "usermod" => Accounts,
        "sendemail" or "sendEmail" or "swaks" => Mail,
        "pdftk" => Pdf,
        "ssh-keygen" => SshKey,
        "7z" or "7za" or "7zr" or "rar" or "unrar" => Archive,
        "xfreerdp" or "wlfreerdp" or "rdesktop" => RemoteDesktop,
        "docker" or "podman" or "nerdctl" or "buildah" or "skopeo" or "helm" or "oras" or "crane" or "oc" => Login,
        _ => None,
    };

    /// <summary>True for a program of which another one's name and arguments are arguments.</summary>
    public static bool IsWrapper(ReadOnlySpan<char> program) => program is
        "sudo" or "doas" or "env" or "nice" or "ionice" or "nohup" or "timeout" or "time" or "stdbuf" or "setsid" or
        "chroot" or "unshare" or "nsenter" or "ip" or "runuser" or "su" or "xargs" or "watch" or "strace" or "ltrace" or
        "gosu" or "su-exec" or "tini" or "dumb-init" or "catatonit" or "ssh" or "sshpass" or "systemd-run" or "flock" or
        "firejail" or "bwrap" or "busybox" or "sh" or "bash" or "dash" or "ash" or "zsh" or "ksh" or "fish" or "perl" or
        "ruby" or "node" or "parallel" or "proxychains" || program.StartsWith("python") || IsContainerTool(program);

    /// <summary>True for a wrapper whose own flags take names that may be those of programs: <c>--name mysql</c>.</summary>
    public static bool IsContainerTool(ReadOnlySpan<char> program) => program is
        "docker" or "docker-compose" or "podman" or "nerdctl" or "kubectl" or "oc" or "crictl" or "lxc";
}

/// <summary>A flag, and what of its value is secret.</summary>
/// <param name="Text">As it is written, hyphens and all.</param>
/// <param name="Form">Where its value stands.</param>
/// <param name="Kind">What of the value is secret.</param>
/// <param name="Needs">Words that must stand before it; else it means something else.</param>
internal sealed record ProgramFlag(
    string Text, FlagForm Form, SecretKind Kind = SecretKind.Always, ProgramWords Needs = ProgramWords.None)
{
    private static readonly SearchValues<char> ClusterLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>True where an argument is this flag; its value begins at a place, or is the next argument at its end.</summary>
    public bool Matches(ReadOnlySpan<char> argument, out int value)
    {
        value = Text.Length;
        if (argument.StartsWith(Text))
        {
            return Form switch
            {
                FlagForm.Attached => argument.Length > value,
                FlagForm.Separate => argument.Length == value,
                FlagForm.Long => argument.Length == value || argument[value++] == '=',
                _ => true,
            };
        }

        // -sku is -s -k -u.
        value = argument.Length;
        return Form == FlagForm.Clustered && argument is ['-', _, _, ..] && argument[^1] == Text[^1] &&
            !argument[1..].ContainsAnyExcept(ClusterLetters);
    }
}

/// <summary>Arguments that say what those behind them mean.</summary>
[Flags]
internal enum ProgramWords
{
    /// <summary>None of these.</summary>
    None = 0,

    /// <summary><c>login</c></summary>
    Login = 1,

    /// <summary><c>secret</c></summary>
    Secret = 2,

    /// <summary><c>auth</c></summary>
    Auth = 4,

    /// <summary><c>put-parameter</c></summary>
    PutParameter = 8,

    /// <summary><c>set</c>, <c>config</c> and the like.</summary>
    Set = 16,
}

/// <summary>Where the value of a flag stands.</summary>
internal enum FlagForm
{
    /// <summary>Behind it, in the same argument.</summary>
    Attached,

    /// <summary>In the next argument.</summary>
    Separate,

    /// <summary>In either place.</summary>
    Either,

    /// <summary>In either place, and the flag may be the last letter of several flags in one.</summary>
    Clustered,

    /// <summary>In the next argument, or behind an equals sign.</summary>
    Long,
}
