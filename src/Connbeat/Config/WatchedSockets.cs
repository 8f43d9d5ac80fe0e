namespace Connbeat.Config;

/// <summary>The configuration file of cnxwatch_exporter.</summary>
internal static class WatchedSockets
{
    /// <summary>Reads it.</summary>
    /// <param name="file">How faults name it.</param>
    /// <param name="text">What is in it.</param>
    /// <param name="warnings">Takes what has no effect.</param>
    /// <exception cref="ConfigException">Something is wrong with it: all of that.</exception>
    public static IReadOnlyList<WatchedSocket> Read(string file, string text, ICollection<ConfigFault> warnings)
    {
        List<ConfigFault> faults = [];
        ConfigMap? root = YamlTree.ReadFile(file, text, faults);
        List<WatchedSocket> sockets = [];
        WatchedSocketReader reader = new(
            faults,
            (origin, message) => warnings.Add(new ConfigFault(origin, $"{message}, and has no effect")),
            scalar => scalar.Written);
        foreach ((string key, ConfigNode value) in root?.Entries ?? new Dictionary<string, ConfigNode>())
        {
            if (key != "sockets")
            {
                faults.Add(new ConfigFault(value.Origin, $"unknown fields in sockets: {key}"));
            }
            else if (value is ConfigList list)
            {
                foreach (ConfigNode item in list.Items)
                {
                    if (reader.Read(item) is { } socket)
                    {
                        sockets.Add(socket);
                    }
                }
            }
            else if (!value.IsEmpty)
            {
                faults.Add(new ConfigFault(value.Origin, $"sockets is {value}; expected a list"));
            }
        }

        return faults.Count == 0 ? sockets : throw new ConfigException([.. faults]);
    }
}
