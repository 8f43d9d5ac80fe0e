namespace Connbeat.Config;

/// <summary>Where events go: the <c>output</c> section. Without one, they go to the console.</summary>
internal sealed record OutputOptions
{
    /// <summary>The console; the only output of this version.</summary>
    public ConsoleOptions Console { get; init; } = new();

    /// <summary>Reads the <c>output</c> section of the root.</summary>
    public static OutputOptions Read(ConfigSection root)
    {
        ConfigSection output = root.Section("output");
        if (!root.Has("output"))
        {
            return new();
        }

        bool written = output.Has("console");
        ConsoleOptions console = ConsoleOptions.Read(output.Section("console"));
        if (!(written && console.Enabled) && !output.HasBeside("console"))
        {
            output.Fault("No outputs are defined. Please define one under the output section.");
        }

        return new() { Console = console with { Enabled = written && console.Enabled } };
    }
}
