namespace Connbeat.Processing.Redaction;

/// <summary>
/// Reads names and values that stand in two assignments: <c>{"name": "PGPASSWORD", "value": "x"}</c>,
/// <c>ParameterKey=Password,ParameterValue=x</c>, <c>key="password" value="x"</c>.
/// </summary>
internal sealed class NamedPairs(string text)
{
    private SecretKind _named;

    /// <summary>Reads an assignment.</summary>
    /// <param name="name">To what is assigned.</param>
    /// <param name="at">Where its value begins, perhaps behind spaces and a quote.</param>
    /// <param name="limit">Where it must have ended.</param>
    /// <returns>What of the value is secret because of a name that was read before.</returns>
    public SecretKind Read(ReadOnlySpan<char> name, int at, int limit)
    {
        if (name.EndsWith("value", StringComparison.OrdinalIgnoreCase))
        {
            SecretKind kind = _named;
            _named = SecretKind.None;
            return kind;
        }

        if (name.EndsWith("name", StringComparison.OrdinalIgnoreCase) || name.EndsWith("key", StringComparison.OrdinalIgnoreCase))
        {
            SecretKind kind = SecretName.Judge(NameAt(at, limit));
            _named = kind is SecretKind.Always or SecretKind.UnlessPath ? kind : SecretKind.None;
        }

        return SecretKind.None;
    }

    private ReadOnlySpan<char> NameAt(int at, int limit)
    {
        ReadOnlySpan<char> rest = text.AsSpan(at, Math.Min(limit - at, 2 * SecretName.Longest)).TrimStart(" \r\n\t\\\"'");
        int end = 0;
        while (end < rest.Length && ArgumentShape.OfName.Contains(rest[end]))
        {
            end++;
        }

        return rest[..end];
    }
}
