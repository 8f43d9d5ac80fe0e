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
    private static readonly ProgramFlag[] Aws =
        [new("aws_secret_access_key", FlagForm.Separate), new("aws_session_token", FlagForm.Separate)];
    private static readonly ProgramFlag[] NetworkManager = [new("password", FlagForm.Separate)];
    private static readonly ProgramFlag[] Login = [new("-p", FlagForm.Either, NeedsLogin: true)];

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
            "mongotop" or "mongofiles" or "sshpass" or "cqlsh" => LowerP,
        "redis-cli" or "redis-benchmark" or "valkey-cli" or "keydb-cli" => LowerA,
        "curl" => Curl,
        "http" or "https" or "xh" => Httpie,
        "ldapsearch" or "ldapadd" or "ldapmodify" or "ldapdelete" or "ldappasswd" or "ldapwhoami" => LowerW,
        "sqlcmd" or "bcp" or "mosquitto_pub" or "mosquitto_sub" or "mosquitto_rr" or "ipmitool" or "zip" or "unzip" => UpperP,
        "smbclient" or "rpcclient" or "smbmap" => Samba,
        "lftp" => LftpUser,
        "openssl" => OpenSsl,
        "snmpwalk" or "snmpget" or "snmpset" or "snmpbulkwalk" or "snmpgetnext" or "snmptable" or "snmptrap" => Snmp,
        "aws" => Aws,
        "nmcli" => NetworkManager,
        "7z" or "7za" or "7zr" or "rar" or "unrar" => Archive,
        "xfreerdp" or "wlfreerdp" or "rdesktop" => RemoteDesktop,
        "docker" or "podman" or "nerdctl" or "buildah" or "skopeo" or "helm" or "oras" or "crane" or "az" or "oc" => Login,
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
/// <param name="NeedsLogin">True where it means that only after the word <c>login</c>.</param>
internal sealed record ProgramFlag(
    string Text, FlagForm Form, SecretKind Kind = SecretKind.Always, bool NeedsLogin = false)
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
