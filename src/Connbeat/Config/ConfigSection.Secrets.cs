namespace Connbeat.Config;

/// <summary>Settings that may hold a secret: what is wrong with them is told, but nothing of what was written.</summary>
internal sealed partial class ConfigSection
{
    /// <summary>A text; null where nobody wrote it.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="problem">What is wrong with a text, as in <c>holds a line break</c>; null where nothing is.</param>
    public Secret? Secret(string key, Func<string, string?>? problem = null)
    {
        Secret? secret = Ask(key) is { } node ? ReadSecret(node, node.Path, problem ?? (static _ => null)) : null;
        Note(key, secret?.Value, secret?.ToString());
        return secret;
    }

    /// <summary>A text that means something; null where nobody wrote it.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="expected">What the text should be.</param>
    /// <param name="parse">What it means; null where it means nothing.</param>
    /// <param name="mask">How it may be shown.</param>
    public T? SecretOf<T>(string key, string expected, Func<string, T?> parse, Func<T, string> mask)
        where T : class
    {
        T? value = null;
        Secret? secret = Ask(key) is { } node and not ConfigScalar { Written: "" } ? ReadSecret(
            node, node.Path, text => (value = parse(text)) is null ? $"is not understood; expected {expected}" : null) : null;
        Note(key, secret?.Value, value is null ? null : mask(value));
        return value;
    }

    /// <summary>Names of the user's own, in the order in which they were written, with a text each.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="problem">What is wrong with a name and its text; null where nothing is.</param>
    public IReadOnlyList<KeyValuePair<string, Secret>> Secrets(string key, Func<string, string, string?> problem)
    {
        ConfigNode? node = Ask(key);
        List<KeyValuePair<string, Secret>> secrets = [];
        if (node is ConfigMap values)
        {
            Collect(values, "", problem, secrets);
        }
        else if (node is not null)
        {
            reading.Fault(node.Origin, $"{node.Path} is {Kind(node)}; expected a section of names and texts");
        }

        Note(
            key,
            secrets.ToDictionary(secret => secret.Key, object? (secret) => secret.Value.Value),
            secrets.ToDictionary(secret => secret.Key, object? (secret) => secret.Value.ToString()));
        return secrets;
    }

    /// <summary>A list, not empty, or one that stands for a list of one. Each is a text that means something.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="expected">What the texts should be.</param>
    /// <param name="parse">What a text means; null where it means nothing.</param>
    /// <param name="mask">How it may be shown.</param>
    public IReadOnlyList<T> RequiredSecrets<T>(
        string key, string expected, Func<string, T?> parse, Func<T, string> mask)
        where T : class
    {
        Require(key, expected);
        ConfigNode? node = Ask(key);
        if (node is ConfigMap || (node is ConfigList { Items.Count: 0 } && !_isOff))
        {
            reading.Fault(node.Origin, $"{node.Path} is {node}; expected {expected}");
        }

        List<T> values = [];
        List<string> texts = [];
        foreach (ConfigNode item in node is ConfigList list ? list.Items : node is ConfigScalar ? [node] : [])
        {
            string name = node is ConfigList ? $"an item of {item.Path}" : item.Path;
            T? value = null;
            Secret? read = ReadSecret(
                item, name, text => (value = parse(text)) is null ? $"is not understood; expected {expected}" : null);
            if (read is not null && value is not null)
            {
                values.Add(value);
                texts.Add(read.Value);
            }
        }

        Note(key, texts, values.Select(mask));
        return values;
    }

    private void Note(string key, object? value, object? shown) => reading.Note(
        new EffectiveSetting(ConfigMap.PathOf(map.Path, key), YamlText.Of(value), YamlText.Of(shown)));

    private static string Kind(ConfigNode node) => node is ConfigScalar ? "one value" : node.ToString();

    /// <summary>Dotted names were taken apart when they were read; here they are names like others.</summary>
    private void Collect(
        ConfigMap values, string prefix, Func<string, string, string?> problem, List<KeyValuePair<string, Secret>> secrets)
    {
        foreach ((string key, ConfigNode node) in values.Entries)
        {
            string name = prefix + key;
            if (node is ConfigMap inner)
            {
                Collect(inner, name + ".", problem, secrets);
            }
            else if (!node.IsEmpty && ReadSecret(node, node.Path, text => problem(name, text)) is { } secret)
            {
                secrets.Add(new(name, secret));
            }
        }
    }

    private Secret? ReadSecret(ConfigNode node, string name, Func<string, string?> problem)
    {
        if (node is not ConfigScalar scalar)
        {
            Expected(node, name, "text");
            return null;
        }

        string? text = reading.Placeholders.Replace(scalar.Written, out string? missing);
        if ((text is null ? $"can't be read: {missing}" : problem(text)) is { } wrong)
        {
            if (text is not null || !_isOff)
            {
                reading.Fault(node.Origin, $"{name} {wrong}");
            }

            return null;
        }

        return new Secret(text!);
    }
}
