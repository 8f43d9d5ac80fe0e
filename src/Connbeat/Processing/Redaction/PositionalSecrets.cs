namespace Connbeat.Processing.Redaction;

/// <summary>Which arguments of which programs are secrets by where they stand, without a flag or a name before them.</summary>
internal static class PositionalSecrets
{
    private static readonly PositionalSecret[] None = [];
    private static readonly PositionalSecret[] RabbitMq =
        [new(2, "add_user"), new(2, "change_password"), new(2, "authenticate_user")];
    private static readonly PositionalSecret[] Vault =
        [new(1, "login"), new(1, "unwrap"), new(1, "unseal"), new(1, "lookup"), new(1, "revoke"), new(1, "renew")];
    private static readonly PositionalSecret[] Redis = [new(1, "auth"), new(2, "auth")];
    private static readonly PositionalSecret[] Minio = [new(3, "set"), new(4, "set"), new(3, "add"), new(4, "add")];
    private static readonly PositionalSecret[] Ngrok = [new(1, "authtoken"), new(1, "add-authtoken")];
    private static readonly PositionalSecret[] Htpasswd = [new(3), new(2, Letter: 'n')];
    private static readonly PositionalSecret[] Grafana = [new(1, "reset-admin-password")];
    private static readonly PositionalSecret[] Second = [new(2)];
    private static readonly PositionalSecret[] Third = [new(3)];
    private static readonly PositionalSecret[] Radius = [new(2), new(5)];
    private static readonly PositionalSecret[] Oracle =
        [new(1, Kind: SecretKind.AfterSlash), new(2, Kind: SecretKind.AfterSlash), new(1, "target", Kind: SecretKind.AfterSlash)];

    /// <summary>Those of a program, by the name of its file; none of one that is not known.</summary>
    public static IReadOnlyList<PositionalSecret> Of(ReadOnlySpan<char> program) => program switch
    {
        "rabbitmqctl" => RabbitMq,
        "vault" or "bao" => Vault,
        "redis-cli" or "valkey-cli" or "keydb-cli" => Redis,
        "mc" or "mcli" => Minio,
        "ngrok" => Ngrok,
        "grafana-cli" or "grafana" => Grafana,
        "htpasswd" or "htdigest" => Htpasswd,
        "wpa_passphrase" => Second,
        "isql" or "iusql" => Third,
        "radtest" => Radius,
        "sqlplus" or "sqlplus64" or "sqlldr" or "expdp" or "impdp" or "rman" => Oracle,
        _ => None,
    };
}

/// <summary>An argument that is a secret.</summary>
/// <param name="Position">Which of the arguments that are no flags, from 1.</param>
/// <param name="Word">The argument behind which they are counted; null counts them from the program.</param>
/// <param name="Letter">A letter that must stand in a cluster of flags; NUL for none.</param>
/// <param name="Kind">What of it is secret.</param>
internal sealed record PositionalSecret(
    int Position, string? Word = null, char Letter = '\0', SecretKind Kind = SecretKind.UnlessPath)
{
    /// <summary>As a flag of no length, which its value follows.</summary>
    public ProgramFlag Flag { get; } = new("", FlagForm.Attached, Kind);
}
