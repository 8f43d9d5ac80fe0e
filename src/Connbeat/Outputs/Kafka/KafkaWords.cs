using System.Text.RegularExpressions;
using Confluent.Kafka;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Kafka;

/// <summary>What librdkafka says, in one line: without its own words for its parts and its states.</summary>
internal static partial class KafkaWords
{
    private const int Longest = 300;

    /// <summary>True for what keeps everything from being delivered, until someone does something about it.</summary>
    public static bool IsTrouble(ErrorCode code) => code is
        ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or
        ErrorCode.Local_UnsupportedFeature or ErrorCode.ClusterAuthorizationFailed or ErrorCode.Local_Fatal;

    /// <summary>What an error says, and its name, by which it is found.</summary>
    public static string Of(Error error) => $"{Plain(error.Reason)} ({NameOf(error.Code)})";

    /// <summary><c>host:1/bootstrap: Connect to … failed: Why (after 3ms in state CONNECT)</c> without all but where and why.</summary>
    public static string Plain(string text)
    {
        string plain = Thread.Replace(text, "");
        plain = Bootstrap.Replace(plain, "$1");
        plain = Scheme.Replace(plain, "");
        plain = State.Replace(plain, "");
        plain = Connecting.Replace(plain, "");
        plain = string.Concat(plain.Select(c => char.IsControl(c) ? ' ' : c)).Trim(' ', '.');
        return plain.Length <= Longest ? plain : $"{plain[..Longest]}…";
    }

    /// <summary>librdkafka does not take the settings.</summary>
    public static OutputUnavailableException Refusal(Exception refused) => new(
        $"librdkafka refuses the settings of output.kafka: {Plain(refused.Message)}", "correct them in connbeat.yml", refused);

    private static string NameOf(ErrorCode code) => code.ToString().Replace("Local_", "", StringComparison.Ordinal);

    [GeneratedRegex(@"^\[thrd:[^]]*\]: ")]
    private static partial Regex Thread { get; }

    [GeneratedRegex(@"([\w.:\[\]-]+:\d+)/(?:bootstrap|\d+)")]
    private static partial Regex Bootstrap { get; }

    [GeneratedRegex(@"\b(?:sasl_ssl|sasl_plaintext|ssl|plaintext)://")]
    private static partial Regex Scheme { get; }

    [GeneratedRegex(@" \(after \d+ms in state .*$")]
    private static partial Regex State { get; }

    [GeneratedRegex(@"Connect to ipv[46]#\S+ failed: ")]
    private static partial Regex Connecting { get; }
}
