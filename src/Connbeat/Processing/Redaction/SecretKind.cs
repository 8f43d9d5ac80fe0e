namespace Connbeat.Processing.Redaction;

/// <summary>What of a value is secret, as far as its name or its flag tells.</summary>
internal enum SecretKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>All of it, where it is long and random: <c>--key</c> is as often the name of a column.</summary>
    IfRandom,

    /// <summary>As <see cref="IfRandom"/>, but in the query of a URL all of it: <c>?sig=</c>.</summary>
    IfInQueryOrRandom,

    /// <summary>All of it, where it is not a file, as a browser's and curl's <c>--cookie</c> may be: <c>name=value</c>.</summary>
    IfAssignment,

    /// <summary>What comes after the first colon; without one, as <see cref="IfRandom"/>: <c>--auth user:password</c>.</summary>
    IfCredentials,

    /// <summary>All of it, unless it is where the secret lies: <c>--token /run/secrets/token</c>.</summary>
    UnlessPath,

    /// <summary>All of it.</summary>
    Always,

    /// <summary>What comes after the first colon: <c>user:password</c>.</summary>
    AfterColon,

    /// <summary>What comes after the first percent sign: <c>user%password</c>.</summary>
    AfterPercent,

    /// <summary>What comes after the first slash: <c>user/password@host</c>.</summary>
    AfterSlash,

    /// <summary>What comes after the first comma: <c>user,password</c>.</summary>
    AfterComma,
}
