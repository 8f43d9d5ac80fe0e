namespace Connbeat.Config;

/// <summary>Reads a setting of the command line: <c>-E key=value</c>.</summary>
internal static class ConfigOverride
{
    /// <summary>
    /// The setting as a tree of its own. A value that begins with <c>[</c>, <c>{</c> or a quote is YAML; any other is
    /// text as it stands, so that <c>#</c>, <c>*</c> and <c>: </c> need no quotes beyond the shell's.
    /// </summary>
    public static ConfigMap? Read(string argument, ConfigReading reading)
    {
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        string key = equals < 0 ? argument : argument[..equals].Trim();
        Origin origin = new($"-E {key.Split(' ')[0]}", Line: 0); // what follows may be a secret
        reading.Follow(origin.Source);
        if (equals < 0 || !ConfigMap.TrySplit(key, out string[] names))
        {
            reading.Fault(origin, "expected key=value, as in connbeat.poll_interval=5s");
            return null;
        }

        string text = argument[(equals + 1)..];
        ConfigNode? value = text is ['[' or '{' or '"' or '\'', ..]
            ? YamlTree.ReadValue(origin.Source, key, text, reading.Faults)
            : new ConfigScalar(key, origin, text, isPlain: text.Length > 0);
        return value is null ? null : ConfigMap.Nest(path: "", origin, names, value);
    }
}
