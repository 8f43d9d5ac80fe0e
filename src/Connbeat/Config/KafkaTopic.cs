namespace Connbeat.Config;

/// <summary>Names of topics; see https://github.com/apache/kafka/blob/trunk/clients/src/main/java/org/apache/kafka/common/internals/Topic.java.</summary>
internal static class KafkaTopic
{
    private const int Longest = 249;

    /// <summary>What is wrong with a name, as in <c>is empty</c>; null where nothing is.</summary>
    public static string? ProblemOf(string name) => name switch
    {
        "" => "is empty",
        "." or ".." => "is no name of a topic",
        { Length: > Longest } => $"is longer than {Longest} characters",
        _ when !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') =>
            "is no name of a topic; expected letters, digits, '.', '_' and '-'",
        _ => null,
    };
}
