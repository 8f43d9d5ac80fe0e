namespace Connbeat.Processing.Redaction;

/// <summary>What one word of a name means for the secrecy of the value.</summary>
internal enum NamePart
{
    /// <summary>Nothing.</summary>
    Other,

    /// <summary>A secret by itself, whatever follows but a <see cref="Qualifier"/>.</summary>
    Password,

    /// <summary>A password, but not after <see cref="Passing"/>: <c>two-pass</c>.</summary>
    Pass,

    /// <summary>Makes a password of <see cref="Pass"/>: <c>pass-phrase</c>.</summary>
    Phrase,

    /// <summary>A secret where nothing follows; <c>token-bucket</c> may be none.</summary>
    Token,

    /// <summary>A secret after <see cref="OfKey"/>, else perhaps.</summary>
    Key,

    /// <summary>What has a password under another name: <c>REDISCLI_AUTH</c>, <c>RABBITMQ_ERLANG_COOKIE</c>.</summary>
    OfAuth,

    /// <summary>What makes a key secret: <c>api</c>.</summary>
    OfKey,

    /// <summary>Makes a key secret, and says of a password how it is kept: <c>password_encryption</c>.</summary>
    Encryption,

    /// <summary>A secret where its value looks like one; it makes a key secret, too.</summary>
    Session,

    /// <summary>What makes a key public.</summary>
    Public,

    /// <summary>What a pass is that is no password: <c>proxy_pass</c>.</summary>
    Passing,

    /// <summary>What a token is that stands in a text: <c>eos_token</c>.</summary>
    OfText,

    /// <summary>A secret where its value looks like one.</summary>
    Random,

    /// <summary>As <see cref="Random"/>, and always in the query of a URL.</summary>
    Query,

    /// <summary>A cookie.</summary>
    Cookie,

    /// <summary>Credentials, or how they are checked.</summary>
    Auth,

    /// <summary>A hash: of a password still a secret, of anything else none.</summary>
    Digest,

    /// <summary>Of credentials, the scheme and what is secret; else the name of a header.</summary>
    Header,

    /// <summary>Names a secret without being one, most often.</summary>
    Id,

    /// <summary>Makes of a secret something about it: <c>file</c>, <c>ttl</c>.</summary>
    Qualifier,

    /// <summary>Says at the start of a name that there is no secret: <c>no-password</c>.</summary>
    Negation,
}

/// <summary>The words that names of secrets are made of.</summary>
internal static class NameParts
{
    /// <summary>The meaning of one word, in any case.</summary>
    public static NamePart Of(ReadOnlySpan<char> word)
    {
        Span<char> buffer = stackalloc char[SecretName.Longest];
        ReadOnlySpan<char> lower = buffer[..word.ToLowerInvariant(buffer)];
        NamePart part = OfLower(lower);
        return part == NamePart.Other ? OfCompound(lower) : part;
    }

    /// <summary>True for what stands before the word key in the name of a secret.</summary>
    public static bool MakesKeySecret(NamePart before) => before is
        NamePart.OfKey or NamePart.Encryption or NamePart.Session or NamePart.Auth;

    private static NamePart OfLower(ReadOnlySpan<char> word) => word switch
    {
        "password" or "passwords" or "passwd" or "passphrase" or "passcode" or "passkey" or "pw" or "psk" or "secret" or
            "passin" or "passout" or "setcookie" or "masterauth" or "mnemonic" or
            "bindpw" or "rootpw" or "adminpw" or "userpw" or "dbpw" => NamePart.Password,
        "pass" => NamePart.Pass,
        "phrase" or "word" => NamePart.Phrase,
        "token" or "pwd" or "jwt" or "bearer" or "authorization" or "otp" or "sessionid" or "phpsessid" or
            "jsessionid" => NamePart.Token,
        "key" or "keys" => NamePart.Key,
        "api" or "access" or "private" or "account" or "shared" or "sharedaccess" or "signing" or
            "master" or "license" or "licence" or "app" or "application" or
            "consumer" or "subscription" or "ingest" or "ingestion" or "integration" or
            "deploy" or "preauth" or "admin" or "write" or "client" or "stripe" or "openai" or "anthropic" or "sendgrid" or
            "mailgun" or "twilio" or "datadog" or "dd" or "newrelic" or "google" or "gcp" or "azure" or "aws" or "slack" or
            "github" or "gitlab" or "heroku" or "cloudflare" or "algolia" or "mapbox" or "pagerduty" or "opsgenie" or
            "storage" or "cosmos" => NamePart.OfKey,
        "encryption" or "decryption" => NamePart.Encryption,
        "public" or "pub" or "gpg" or "primary" or "foreign" or "partition" or "sort" or "host" => NamePart.Public,
        "single" or "two" or "multi" or "by" or "low" or "high" or "band" or "all" or "first" or "second" or "last" or
            "one" or "proxy" or "fastcgi" or "uwsgi" or "scgi" or "grpc" or "render" => NamePart.Passing,
        "bos" or "eos" or "pad" or "unk" or "sep" or "cls" or "mask" => NamePart.OfText,
        "session" or "encrypt" or "hmac" or "webhook" or "hook" => NamePart.Session,
        "secrets" or "tokens" or "sid" or "code" or "salt" or "pepper" or "sas" or "pat" => NamePart.Random,
        "sig" or "signature" or "ticket" or "credential" => NamePart.Query,
        "cookie" or "cookies" => NamePart.Cookie,
        "erlang" or "redis" or "rediscli" => NamePart.OfAuth,
        "auth" or "basicauth" or "creds" or "cred" or "credentials" or "login" or "logon" => NamePart.Auth,
        "hash" or "digest" or "sha" or "md" or "checksum" or "fingerprint" => NamePart.Digest,
        "header" or "headers" => NamePart.Header,
        "id" or "ids" => NamePart.Id,
        "no" or "without" or "skip" or "disable" or "ask" or "prompt" or "show" or "hide" or "require" or "requires" or
            "allow" or "generate" or "random" or "is" or "has" => NamePart.Negation,
        "file" or "files" or "filename" or "path" or "paths" or "dir" or "directory" or "folder" or "ttl" or "name" or
            "names" or "type" or "types" or "length" or "len" or "size" or "count" or "limit" or "limits" or "max" or
            "min" or "policy" or "policies" or "expiry" or "expires" or "expire" or "expiration" or "exp" or "lifetime" or
            "duration" or "timeout" or "interval" or "period" or "age" or "url" or "urls" or "uri" or "endpoint" or
            "address" or "addr" or "port" or "fd" or "env" or "var" or "variable" or "store" or "provider" or
            "algorithm" or "alg" or "algo" or "algorithms" or "field" or "prefix" or "suffix" or
            "format" or "version" or "rotation" or "mode" or "enabled" or "disabled" or "enable" or "required" or
            "stdin" or "command" or "cmd" or "helper" or "manager" or "arn" or "ref" or "class" or "budget" or
            "location" or "mount" or "volume" or "volumes" or "namespace" or "scope" or "scopes" or "audience" or "audiences" or
            "issuer" or "review" or "reviewer" or "method" or "methods" or "attempts" or "retries" or "cache" or
            "driver" or "plugin" or "plugins" or "engine" or "backend" or "server" or "sock" or "socket" or "agent" or
            "callback" or "strength" or "complexity" or "history" or "reset" or "update" or "check" or "checks" or
            "checker" or "validator" or "verify" or "verification" or "validation" or "generator" or "hint" or "label" or
            "description" or "rounds" or "iterations" or "bits" or "usage" or "usages" or "rate" or "jar" or
            "encoder" or "encoding" or "hasher" or "hashing" or
            "selector" or "pattern" or "template" or "templates" => NamePart.Qualifier,
        _ => NamePart.Other,
    };

    /// <summary>Words that were written as one: <c>PGPASSWORD</c>, <c>storepass</c>, <c>authtoken</c>, <c>apikey</c>.</summary>
    private static NamePart OfCompound(ReadOnlySpan<char> word)
    {
        if (word.EndsWith("password") || word.EndsWith("passwd") || word.EndsWith("passphrase") ||
            word.EndsWith("passcode") || word.EndsWith("secret"))
        {
            return NamePart.Password;
        }

        if (word.EndsWith("token") || word.EndsWith("pwd"))
        {
            return NamePart.Token;
        }

        if (word.EndsWith("pass"))
        {
            return word is "bypass" or "compass" or "overpass" or "underpass" or "trespass" or "surpass" or "encompass" or
                "lowpass" or "highpass" or "bandpass" or "multipass" or "singlepass" or "subpass"
                ? NamePart.Other
                : NamePart.Pass;
        }

        if (word.EndsWith("key") || word.EndsWith("keys"))
        {
            ReadOnlySpan<char> what = word[..word.LastIndexOf("key")].TrimEnd("-_");
            return MakesKeySecret(OfLower(what)) ? NamePart.Token
                : what is "secret" or "secretaccess" ? NamePart.Password
                : NamePart.Other;
        }

        return NamePart.Other;
    }
}
