using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Processing.Redaction;

namespace Connbeat.Tests.Processing.Redaction;

/// <summary>What holds for any text at all.</summary>
public sealed class RedactorBoundsTests
{
    private const int Rounds = 20_000;
    private const int Long = 256 * 1024;
    private const int Longest = 4 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20); // of a processor; the longest take 1 s, and what grows by the square takes hours

    private static readonly Redactor Default = Redactor.Of(new RedactOptions())!;

    /// <summary>What redaction looks for, and what it could stumble over.</summary>
    private static readonly string[] Pieces =
    [
        .. Corpus.All.SelectMany(text => text.Text.Split('\0', ' ')).Distinct(),
        "\0", "\0", "\0", " ", " ", " ", "=", ":", "\"", "'", "\\", "{", "}", "[", "]", "(", ")", "`", "$(", ";", "|", "&", "?", "#",
        "/", "//", "://", "@", ",", ".", "-", "--", "-D", "%", "\n", "\t", "é", "\ufffd", "\ud800", "a", "Z", "0",
        "password", "--token", "Authorization:", "Bearer", "mysql", "curl", "-p", "-u", "eyJ", "-----BEGIN ", "-----END ", "-----",
        Redactor.Mark, "[redact", "acted]",
    ];

    public static TheoryData<string> Hostile =>
    [
        "a", " ", "\0", "=", ":", "-", "\"", "'", "\\", "\\\"", "@", "://", "x://a:b/", "x://a:b@", "a:b@", "a:b@c:1 ", "/", "eyJ", "eyJ-",
        "eyJaaaaaaaa-", "eyJaaaaaaaa.", "AKIA", "ghp_", "-----BEGIN ", "-----BEGIN\0", "-----BEGIN A-----", "-----END ", "password=",
        "password='", "password=\" ", "password=\\", "--password ", "--password\0", "--password $( ", "\"password\":", "password('",
        "<password>", "a&password=b", "?key=", ";password=", "key=", "auth=", "name=", "{\"name\": \"", "value=", "Authorization: ",
        "Authorization: Bearer ", "Digest a, ", "mysql -p", "curl -u a:b ", "mc set ", "vault login ", "htpasswd -n ", "set password ",
        "identified by ", "echo a | ", "$(", "--", "[redacted]", "[redacted", "Xx-", "aB",
    ];

    [Fact]
    public void Any_text_gives_one_within_bounds_and_that_gives_itself()
    {
        Random random = new(20_26);
        for (int round = 0; round < Rounds; round++)
        {
            AssertBounds(SomeText(random));
        }
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_text_that_is_made_to_be_slow_is_not(string piece)
    {
        TimeSpan before = CpuTime.OfThread();

        AssertBounds(Repeat(piece, Long));

        Assert.InRange(CpuTime.OfThread() - before, TimeSpan.Zero, Patience);
    }

    [Theory]
    [InlineData("key=")]
    [InlineData("eyJ-")]
    [InlineData("password=\" ")]
    [InlineData("--password $( ")]
    [InlineData("<password>")]
    [InlineData("a:b@c:1 ")]
    public void Four_megabytes_take_no_more_than_their_share(string piece)
    {
        TimeSpan before = CpuTime.OfThread();

        string left = Default.Arguments(Repeat(piece, Longest));

        Assert.InRange(CpuTime.OfThread() - before, TimeSpan.Zero, Patience);
        Assert.InRange(left.Length, 1, Longest * 6);
    }

    [Fact]
    public void Where_there_is_no_clue_there_is_nothing_to_be_found()
    {
        Random random = new(20_26);
        for (int round = 0; round < Rounds; round++)
        {
            string text = SomeText(random);
            Clues clues = ClueSearch.In(text);
            AssertClue(Clues.Tokens, found => KnownTokens.Find(text, found));
            AssertClue(Clues.Pem, found => PemBlocks.Find(text, found));
            AssertClue(Clues.Urls, found => UrlCredentials.Find(text, found));
            AssertClue(Clues.Urls, found => BareCredentials.Find(text, found));
            AssertClue(Clues.Names, found => ArgumentReader.Find(text, found));

            void AssertClue(Clues clue, Action<SecretSpans> find)
            {
                SecretSpans found = new();
                find(found);
                Assert.True(found.IsEmpty || clues.HasFlag(clue), $"no clue of {clue} in {text}");
            }
        }
    }

    private static string Repeat(string piece, int length) =>
        string.Concat(Enumerable.Repeat(piece, length / piece.Length)) + "token";

    private static string SomeText(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static void AssertBounds(string text)
    {
        string once = Default.Arguments(text);

        Assert.InRange(once.Length, 0, (text.Length * 6) + Redactor.Mark.Length);
        Assert.True(once == Default.Arguments(once), text.Length < 1000 ? $"{text}\nbecame {once}" : "not the same again");
    }
}
