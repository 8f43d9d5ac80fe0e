namespace Connbeat.Enrichment.Docker;

/// <summary>How long to wait until something that failed is tried again: a second, doubled by each failure.</summary>
internal static class Backoff
{
    /// <param name="failures">In a row; at least one.</param>
    /// <param name="longest">The longest wait.</param>
    public static TimeSpan After(int failures, TimeSpan longest)
    {
        double seconds = Math.Pow(2, Math.Min(failures - 1, 30));
        return seconds < longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : longest;
    }
}
