namespace Connbeat.Config;

/// <summary>Events on stdout, one line each: the <c>output.console</c> section.</summary>
internal sealed record ConsoleOptions
{
    /// <summary>True: events are indented over several lines, for people. Default false.</summary>
    public bool Pretty { get; init; }

    /// <summary>
    /// How events are handed over. Someone may be watching a console, so nothing waits for company: the default of
    /// <see cref="PumpOptions.FlushInterval"/> is 0s here.
    /// </summary>
    public PumpOptions Pump { get; init; } = new() { FlushInterval = TimeSpan.Zero };

    /// <summary>Reads the <c>output.console</c> section.</summary>
    public static ConsoleOptions Read(ConfigSection console, EventSchema schema)
    {
        ConsoleOptions defaults = new();
        return new()
        {
            Pretty = console.Bool("pretty", OlderPretty(console)),
            Pump = PumpOptions.Read(console, defaults.Pump with { Schema = schema }),
        };
    }

    /// <summary>The original's longer way to say it; <c>pretty</c> has the last word.</summary>
    private static bool OlderPretty(ConfigSection console)
    {
        ConfigSection json = console.Section("codec").Section("json");
        bool pretty = json.Bool("pretty", @default: false);
        json.IsToldBy("pretty", "is an older spelling; write output.console.pretty");
        return pretty;
    }
}
