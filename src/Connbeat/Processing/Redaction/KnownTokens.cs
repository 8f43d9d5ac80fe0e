using System.Buffers;

namespace Connbeat.Processing.Redaction;

/// <summary>
/// Finds tokens that tell by their first characters what they are, wherever they stand; each shape is its issuer's own.
/// </summary>
internal static class KnownTokens
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<char> Plain = SearchValues.Create(Alphanumeric);
    private static readonly SearchValues<char> Upper = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    private static readonly SearchValues<char> Underscored = SearchValues.Create(Alphanumeric + "_");
    private static readonly SearchValues<char> Base64Url = SearchValues.Create(Alphanumeric + "_-");
    private static readonly SearchValues<char> Dotted = SearchValues.Create(Alphanumeric + "_-.");
    private static readonly SearchValues<char> Slashed = SearchValues.Create(Alphanumeric + "_-/");
    private static readonly SearchValues<char> Base64 = SearchValues.Create(Alphanumeric + "_-+/=");
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> Address = SearchValues.Create(Alphanumeric + "_-/@.");
    private static readonly SearchValues<char> Colon = SearchValues.Create(Alphanumeric + "_-:");
    private static readonly SearchValues<char> Crypt = SearchValues.Create(Alphanumeric + "./$=,+-");

    private static readonly Shape[] Shapes =
    [
        new("AKIA", Upper, 16), new("ASIA", Upper, 16),
        new("ghp_", Plain, 20), new("gho_", Plain, 20), new("ghu_", Plain, 20), new("ghs_", Base64Url, 20),
        new("ghr_", Plain, 20), new("github_pat_", Underscored, 20),
        new("glpat-", Dotted, 16), new("gldt-", Dotted, 16), new("glrt-", Dotted, 16), new("glptt-", Dotted, 16),
        new("glcbt-", Dotted, 16), new("glsoat-", Dotted, 16), new("glft-", Dotted, 16), new("glagent-", Dotted, 16),
        new("ATATT3", Crypt, 20), new("ATBB", Plain, 24),
        new("xoxa-", Base64Url, 10), new("xoxb-", Base64Url, 10), new("xoxp-", Base64Url, 10),
        new("xoxe-", Base64Url, 10), new("xoxe.", Dotted, 10), new("xoxr-", Base64Url, 10), new("xoxs-", Base64Url, 10),
        new("xapp-", Base64Url, 10),
        new("sk_live_", Plain, 10), new("rk_live_", Plain, 10), new("sk_test_", Plain, 10), new("rk_test_", Plain, 10),
        new("whsec_", Plain, 16),
        new("AIza", Base64Url, 30), new("ya29.", Base64Url, 20), new("GOCSPX-", Base64Url, 20),
        new("sk-ant-", Base64Url, 20), new("sk-proj-", Base64Url, 20), new("sk-or-", Base64Url, 32),
        new("sk-svcacct-", Base64Url, 20), new("sk-", Plain, 32), new("gsk_", Plain, 40), new("xai-", Plain, 60),
        new("r8_", Plain, 30),
        new("npm_", Plain, 36), new("pypi-AgEI", Base64Url, 20), new("dckr_pat_", Base64Url, 20),
        new("hvs.", Base64Url, 20), new("hvb.", Base64Url, 20), new("SG.", Dotted, 40),
        new("shpat_", Plain, 32), new("shpss_", Plain, 32), new("shpca_", Plain, 32), new("shppa_", Plain, 32),
        new("dop_v1_", Plain, 40), new("doo_v1_", Plain, 40), new("dor_v1_", Plain, 40), new("hf_", Plain, 30),
        new("AGE-SECRET-KEY-1", Upper, 40), new("glsa_", Underscored, 30), new("glc_", Base64, 30),
        new("tskey-", Base64Url, 20), new("lin_api_", Plain, 30), new("PMAK-", Base64Url, 40), new("NRAK-", Upper, 20),
        new("sqp_", Plain, 40), new("squ_", Plain, 40), new("sqa_", Plain, 40), new("sntrys_", Base64, 30),
        new("sntryu_", Plain, 40), new("figd_", Base64Url, 30), new("rubygems_", Plain, 40), new("CFPAT-", Base64Url, 30),
        new("pat-na1-", Base64Url, 30), new("pat-eu1-", Base64Url, 30), new("pscale_tkn_", Dotted, 30),
        new("pscale_pw_", Dotted, 30), new("ops_eyJ", Base64, 30), new("dp.st.", Dotted, 30), new("dp.pt.", Dotted, 30),
        new(".atlasv1.", Base64Url, 40), new("dapi", Hexadecimal, 32), new("nfp_", Plain, 30), new("secret_", Plain, 40),
        new("ntn_", Plain, 30), new("pul-", Hexadecimal, 40), new("key-", Hexadecimal, 32), new("EAACEdEose0cBA", Plain, 10),
        new("hooks.slack.com/services/", Slashed, 10, Kept: true),
        new("hooks.slack.com/workflows/", Slashed, 10, Kept: true),
        new("hooks.slack.com/triggers/", Slashed, 10, Kept: true), new("api.telegram.org/bot", Colon, 30, Kept: true),
        new("/api/webhooks/", Slashed, 40, Kept: true), new("hooks.zapier.com/hooks/", Slashed, 10, Kept: true),
        new("outlook.office.com/webhook/", Address, 30, Kept: true),
        new("webhook.office.com/webhookb2/", Address, 30, Kept: true),
        new("jdbc:oracle:thin:", Slashed, 3, Kept: true),
        new("$2a$", Crypt, 50), new("$2b$", Crypt, 50), new("$2y$", Crypt, 50), new("$apr1$", Crypt, 20),
        new("$5$", Crypt, 40), new("$6$", Crypt, 60), new("$argon2", Crypt, 30),
    ];

    /// <summary>How they begin.</summary>
    public static readonly IReadOnlyList<string> Prefixes = [.. Shapes.Select(shape => shape.Prefix), WebToken.Prefix];

    private static readonly SearchValues<string> Any = SearchValues.Create([.. Prefixes], StringComparison.Ordinal);

    /// <summary>Finds all of a text.</summary>
    public static void Find(ReadOnlySpan<char> text, SecretSpans found)
    {
        WebToken webToken = new();
        int at = 0;
        while (text[at..].IndexOfAny(Any) is >= 0 and int next)
        {
            at += next;
            int end = IsInsideOfWord(text, at) ? at : Math.Max(EndOfShape(text, at, found), webToken.End(text, at, found));
            at = Math.Max(end, at + 1);
        }
    }

    private static int EndOfShape(ReadOnlySpan<char> text, int at, SecretSpans found)
    {
        foreach (Shape shape in Shapes)
        {
            if (!text[at..].StartsWith(shape.Prefix))
            {
                continue;
            }

            int start = at + shape.Prefix.Length;
            int length = text[start..].IndexOfAnyExcept(shape.Characters);
            int end = length < 0 ? text.Length : start + length;
            if (end - start >= shape.Least)
            {
                found.Add(shape.Kept ? start : at, end);
                return end;
            }
        }

        return at;
    }

    private static bool IsInsideOfWord(ReadOnlySpan<char> text, int at) =>
        at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]) && char.IsAsciiLetterOrDigit(text[at]);

    /// <summary>The shape of a token.</summary>
    /// <param name="Prefix">The beginning.</param>
    /// <param name="Characters">What may follow.</param>
    /// <param name="Least">How much of that.</param>
    /// <param name="Kept">True where the beginning stays: it tells no secret.</param>
    private readonly record struct Shape(string Prefix, SearchValues<char> Characters, int Least, bool Kept = false);
}
