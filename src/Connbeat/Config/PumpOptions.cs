namespace Connbeat.Config;

/// <summary>How events are handed to an output: the settings that every section under <c>output</c> has.</summary>
internal sealed record PumpOptions
{
    private const string Drop = "drop";

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>The form in which it gets events. Default <see cref="AgentOptions.Schema"/>.</summary>
    public EventSchema Schema { get; init; } = EventSchema.Connbeat;

    /// <summary>The most events in one batch, 1 to 65536. Default 2048.</summary>
    public int BulkMaxSize { get; init; } = 2048;

    /// <summary>The longest that an event waits for company, 0s to 1h. Default 1s; 0s for the console.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest that a batch may take, 1ms to 1h; then it is tried again. Default 90s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>The pause before the first retry, 1ms to 1h; it doubles with each. Default 1s.</summary>
    public TimeSpan BackoffInit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The longest pause between retries; never less than <see cref="BackoffInit"/>, at most 1h. Default 60s, or
    /// <see cref="BackoffInit"/> where that is longer.
    /// </summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a batch is tried again before it is given up; -1: for ever. Default -1.</summary>
    public int MaxRetries { get; init; } = -1;

    /// <summary>
    /// The file that keeps events that were rejected or given up; null: they are dropped, and counted. Default null; the
    /// key is <c>dead_letter</c>: <c>drop</c>, or a section with <c>file</c>.
    /// </summary>
    public string? DeadLetterFile { get; init; }

    /// <summary>Reads these settings of one output.</summary>
    /// <param name="output">Its section.</param>
    /// <param name="defaults">Its own defaults.</param>
    public static PumpOptions Read(ConfigSection output, PumpOptions defaults)
    {
        TimeSpan shortestWait = TimeSpan.FromMilliseconds(1);
        ConfigSection backoff = output.Section("backoff");
        TimeSpan init = backoff.Duration("init", defaults.BackoffInit, shortestWait, LongestWait);
        TimeSpan max = init > defaults.BackoffMax ? init : defaults.BackoffMax;
        return new()
        {
            Schema = output.Choice("schema", defaults.Schema, AgentOptions.Schemas),
            BulkMaxSize = output.Int("bulk_max_size", defaults.BulkMaxSize, min: 1, max: 65_536),
            FlushInterval = output.Duration("flush_interval", defaults.FlushInterval, TimeSpan.Zero, LongestWait),
            Timeout = output.Duration("timeout", defaults.Timeout, shortestWait, LongestWait),
            BackoffInit = init,
            BackoffMax = backoff.Duration("max", max, init, LongestWait),
            MaxRetries = output.Int("max_retries", defaults.MaxRetries, min: -1),
            DeadLetterFile = ReadDeadLetter(output),
        };
    }

    private static string? ReadDeadLetter(ConfigSection output)
    {
        const string Key = "dead_letter";
        if (output.HasSection(Key))
        {
            return output.Section(Key).RequiredText("file", "the path of a file", static path => !path.Contains('\0'));
        }

        output.Text(Key, Drop, $"{Drop}, or a section with file: /path", static text => text == Drop);
        return null;
    }
}
