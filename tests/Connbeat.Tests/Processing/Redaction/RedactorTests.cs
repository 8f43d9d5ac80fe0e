using System.Text.RegularExpressions;
using Connbeat.Config;
using Connbeat.Processing.Redaction;
using Connbeat.Tests.House;

namespace Connbeat.Tests.Processing.Redaction;

public sealed partial class RedactorTests
{
    private static readonly Redactor Default = Redactor.Of(new RedactOptions())!;

    [Fact]
    public void Every_command_line_of_the_corpus_becomes_what_it_should() =>
        AssertAll(Corpus.CommandLines, text => (Default.Arguments(text.Text + "\0"), text.Redacted + "\0"));

    [Fact]
    public void Every_variable_of_the_corpus_becomes_what_it_should() =>
        AssertAll(Corpus.Variables, text => (Default.Variable(text.Text), text.Redacted));

    [Fact]
    public void Every_label_of_the_corpus_becomes_what_it_should() =>
        AssertAll(Corpus.Variables, text => (WithLabel(text.Text), text.Redacted));

    [Fact]
    public void What_is_innocent_comes_back_as_the_same_string() =>
        Assert.All(Corpus.Innocent, text => Assert.Same(text.Text, Default.Arguments(text.Text)));

    [Fact]
    public void What_was_redacted_stays_as_it_is()
    {
        AssertAll(Corpus.CommandLines, text => (Default.Arguments(text.Redacted + "\0"), text.Redacted + "\0"));
        AssertAll(Corpus.Variables, text => (Default.Variable(text.Redacted), text.Redacted));
    }

    [Fact]
    public void Secrets_of_one_word_are_found_where_a_program_joined_its_arguments() =>
        AssertAll(
            [.. Corpus.Secrets.Where(text => !text.Secrets.Any(secret => secret.Contains(' ')))],
            text => (Default.Arguments(text.Text.Replace('\0', ' ')), text.Redacted.Replace('\0', ' ')));

    [Fact]
    public void Of_a_line_that_was_told_with_its_secrets_nothing_is_left_behind_the_first() =>
        Assert.All(Corpus.Secrets, text =>
        {
            string left = Default.Line(text.Text.Replace('\0', ' '));

            Assert.EndsWith(Redactor.Mark, left, StringComparison.Ordinal);
            Assert.DoesNotContain(text.Secrets, secret => left.Contains(secret, StringComparison.Ordinal));
        });

    [Theory]
    [InlineData("app --password my secret words", "app --password [redacted]")]
    [InlineData("app --password [redacted] --verbose", "app --password [redacted] --verbose")]
    [InlineData("app --password [redacted] --token [re --x", "app --password [redacted] --token [redacted]")]
    [InlineData("app --verbose", "app --verbose")]
    public void A_line_that_was_told_is_cut_behind_its_first_secret(string line, string left) =>
        Assert.Equal(left, Default.Line(line));

    [Fact]
    public void No_secret_of_the_corpus_stands_in_what_is_left_of_its_text() =>
        Assert.DoesNotContain(Corpus.All, text => text.Secrets.Any(text.Redacted.Contains));

    [Fact]
    public void The_corpus_is_as_large_as_README_says()
    {
        Match said = Counts().Match(File.ReadAllText(Repository.At("README.md")));

        int taken = Corpus.All.Count(text => text.Secrets.Count > 0);
        Assert.Equal($"{taken}/{Corpus.All.Count - taken}", $"{said.Groups[1]}/{said.Groups[2]}");
    }

    [Theory]
    [InlineData("app\0--auth-header\0Bearer abc123\0", "app\0--auth-header\0Bearer [redacted]\0")]
    [InlineData("salt\0*\0cmd.run\0echo abc | passwd --stdin\0", "salt\0*\0cmd.run\0echo [redacted] | passwd --stdin\0")]
    public void Some_secrets_are_known_only_where_the_ends_of_arguments_are(string arguments, string left) =>
        Assert.Equal(left, Default.Arguments(arguments));

    [Fact]
    public void Off_is_no_redactor() => Assert.Null(Redactor.Of(new RedactOptions { IsOn = false }));

    [Theory]
    [InlineData("ticket-[0-9]+", "app\0ticket-17\0b\0", "app\0[redacted]\0b\0")]
    [InlineData("ticket=(?<secret>[0-9]+)", "app\0ticket=17 ticket=18\0", "app\0ticket=[redacted] ticket=[redacted]\0")]
    [InlineData("--pin ([0-9]+)", "app\0--pin\00815\0", "app\0[redacted]\0")]
    [InlineData("(?i)BOB", "app\0bob Bob\0", "app\0[redacted] [redacted]\0")]
    [InlineData("x*", "app\0xx\0", "app\0[redacted]\0")]
    [InlineData("red|e", "app\0--token\0a\0", "app\0--tok[redacted]n\0[redacted]\0")]
    public void A_pattern_of_the_user_is_taken_out_too(string pattern, string arguments, string left)
    {
        Redactor redactor = Redactor.Of(new RedactOptions { Patterns = ["never", pattern] })!;

        Assert.Equal(left, redactor.Arguments(arguments));
        Assert.Equal(left, redactor.Arguments(left));
    }

    [Fact]
    public void Patterns_are_taken_out_of_variables_and_labels_too()
    {
        Redactor redactor = Redactor.Of(new RedactOptions { Patterns = ["[0-9]{4}"] })!;

        Assert.Equal("A1111=b[redacted]", redactor.Variable("A1111=b0815"));
        Assert.Equal("b[redacted]", redactor.Label("a.1111", "b0815"));
    }

    [Fact]
    public void Where_a_pattern_matches_without_end_the_rest_of_the_text_goes_too()
    {
        Redactor redactor = Redactor.Of(new RedactOptions { Patterns = ["a"] })!;
        string text = string.Concat(Enumerable.Repeat("ab", 500_000));

        string left = redactor.Label("x", text);

        Assert.StartsWith("[redacted]b[redacted]b[redacted]", left, StringComparison.Ordinal);
        Assert.InRange(left.Length, 1, 100);
    }

    private static string WithLabel(string variable)
    {
        string[] parts = variable.Split('=', 2);
        return $"{parts[0]}={Default.Label(parts[0], parts[1])}";
    }

    /// <summary>Tells every failure at once.</summary>
    private static void AssertAll(
        IReadOnlyList<CorpusText> texts, Func<CorpusText, (string Made, string Expected)> redact)
    {
        IEnumerable<string> faults =
            from text in texts
            let result = redact(text)
            where result.Made != result.Expected
            select $"{text}\n  became {result.Made.Replace('\0', '␀')}";
        string all = string.Join('\n', faults);
        Assert.True(all.Length == 0, all);
    }

    [GeneratedRegex(@"(\d+) shapes taken out, (\d+) innocent ones left")]
    private static partial Regex Counts();
}
