namespace Connbeat.Config;

/// <summary>Settings that say, for each event, where it goes.</summary>
internal sealed partial class ConfigSection
{
    /// <summary>A text that each event completes.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="default">What holds where nobody wrote it.</param>
    /// <param name="fields">The fields that an event can have as it is sent.</param>
    public FormatString Format(string key, FormatString @default, EventFields fields) => Noted(
        key, Ask(key) is { } node ? new FormatReader(reading, fields).Read(node) ?? @default : @default, format => format.Text);

    /// <summary>The same where nothing may be said; null where nobody wrote it, or no text.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="fields">The fields that an event can have as it is sent.</param>
    public FormatString? Format(string key, EventFields fields) => Noted(
        key,
        Ask(key) is { } node and not ConfigScalar { Written: "" } ? new FormatReader(reading, fields).Read(node) : null,
        format => format?.Text);

    /// <summary>A list of rules, of which the first that has a name for an event says it; empty where nobody wrote it.</summary>
    /// <param name="key">The setting, such as <c>topics</c>.</param>
    /// <param name="name">What holds the name in each rule, such as <c>topic</c>.</param>
    /// <param name="fields">The fields that an event can have as it is sent.</param>
    public IReadOnlyList<RouteRule> Rules(string key, string name, EventFields fields)
    {
        ConfigNode? node = Ask(key);
        if (node is not (ConfigList or null))
        {
            Expected(node, node.Path, $"a list of rules, each with {name}");
        }

        RouteRuleReader reader = new(reading, name, new FormatReader(reading, fields), new ConditionReader(reading, fields));
        return Noted(
            key, node is ConfigList list ? reader.Read(list) : [], rules => rules.Select(rule => rule.Written).ToList());
    }
}
