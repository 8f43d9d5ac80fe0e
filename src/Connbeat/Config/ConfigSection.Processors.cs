namespace Connbeat.Config;

/// <summary>The list of what is done to events.</summary>
internal sealed partial class ConfigSection
{
    /// <summary>A list of processors.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="fields">The fields that events can have.</param>
    public IReadOnlyList<ProcessorOptions> Processors(string key, EventFields fields)
    {
        ConfigNode? node = Ask(key);
        if (node is not (ConfigList or null))
        {
            Expected(node, node.Path, "a list of processors");
        }

        return Noted(
            key, node is ConfigList list ? new ProcessorReader(reading, fields).Read(list) : [],
            processors => processors.Select(one => one.Written).ToList());
    }
}
