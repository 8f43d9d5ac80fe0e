namespace Connbeat.Config;

/// <summary>One thing that is wrong, or worth a warning: where it stands, what was read, what was expected.</summary>
/// <param name="Origin">Null where it is about no single setting, such as a file that is missing.</param>
/// <param name="Message">One sentence for the user, without the origin.</param>
internal sealed record ConfigFault(Origin? Origin, string Message)
{
    private const int Longest = 1000;

    /// <summary><c>connbeat.yml:12: message</c>, always one line of printable text, at most 1000 characters.</summary>
    public override string ToString()
    {
        string line = Origin is { } origin ? $"{origin}: {Message}" : Message;
        return string.Create(Math.Min(line.Length, Longest), line, static (printable, source) =>
        {
            for (int i = 0; i < printable.Length; i++)
            {
                printable[i] = char.IsControl(source[i]) ? '?' : source[i];
            }
        });
    }
}
