namespace Connbeat.Config;

/// <summary>Events in files that are rotated by size: the <c>output.file</c> section.</summary>
internal sealed record FileOutputOptions
{
    private const long Kilobyte = 1024;

    /// <summary>The folder; made where it is missing. Required; the key is <c>path</c>.</summary>
    public string Folder { get; init; } = "";

    /// <summary>The name of the file that is written now; older ones have a number behind it. Default connbeat.</summary>
    public string FileName { get; init; } = "connbeat";

    /// <summary>Bytes that a file may have before another is begun, 1 KiB or more. Default 10 MiB.</summary>
    public long LargestFile { get; init; } = 10_240 * Kilobyte;

    /// <summary>How many files are kept, the one that is written included, 2 to 1024. Default 7.</summary>
    public int NumberOfFiles { get; init; } = 7;

    /// <summary>How events are handed over.</summary>
    public PumpOptions Pump { get; init; } = new();

    /// <summary>Reads the <c>output.file</c> section.</summary>
    public static FileOutputOptions Read(ConfigSection file, EventSchema schema)
    {
        FileOutputOptions defaults = new();
        file.Section("codec");
        return new()
        {
            Folder = file.RequiredText("path", "the folder for the files", static path => !path.Contains('\0')),
            FileName = file.Text("filename", defaults.FileName, "a name without a folder", IsName),
            LargestFile = file.Int("rotate_every_kb", (int)(defaults.LargestFile / Kilobyte), min: 1) * Kilobyte,
            NumberOfFiles = file.Int("number_of_files", defaults.NumberOfFiles, min: 2, max: 1024),
            Pump = PumpOptions.Read(file, defaults.Pump with { Schema = schema }),
        };
    }

    private static bool IsName(string text) =>
        text is not ("" or "." or "..") && text.AsSpan().IndexOfAny('/', '\0') < 0;
}
