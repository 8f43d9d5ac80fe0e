namespace Connbeat.Config;

/// <summary>What a configuration that is loaded while the agent runs would change.</summary>
/// <param name="Refused">Settings that cannot change while it runs: the old configuration stays as a whole.</param>
/// <param name="Later">Settings that take effect at the next start.</param>
/// <param name="Now">Settings that take effect at once.</param>
internal sealed record ReloadPlan(
    IReadOnlyList<string> Refused, IReadOnlyList<string> Later, IReadOnlyList<string> Now)
{
    private static readonly string[] Fixed = ["connbeat.source", "connbeat.namespaces", "connbeat.schema", "queue"];

    private static readonly string[] Live =
        ["output", "processors", "connbeat.redact", "logging", "exporters"];

    /// <summary>Compares what is in force with what was loaded.</summary>
    public static ReloadPlan Of(IReadOnlyList<EffectiveSetting> before, IReadOnlyList<EffectiveSetting> after)
    {
        Dictionary<string, string> old = before.ToDictionary(setting => setting.Path, setting => setting.Value);
        Dictionary<string, string> @new = after.ToDictionary(setting => setting.Path, setting => setting.Value);
        string[] changed = [.. old.Keys.Union(@new.Keys)
            .Where(path => old.GetValueOrDefault(path) != @new.GetValueOrDefault(path))
            .Order(StringComparer.Ordinal)];
        return new ReloadPlan(
            [.. changed.Where(IsFixed)],
            [.. changed.Where(path => !IsFixed(path) && !IsOf(path, Live))],
            [.. changed.Where(path => !IsFixed(path) && IsOf(path, Live))]);

        bool IsFixed(string path) => IsOf(path, Fixed) || (IsSchemaOfOutput(path) && old.ContainsKey(path) && @new.ContainsKey(path));
    }

    /// <summary>What waits for an output was encoded for it.</summary>
    private static bool IsSchemaOfOutput(string path) => path.Split('.') is ["output", _, "schema"];

    private static bool IsOf(string path, string[] sections) => Array.Exists(sections, section =>
        path == section || path.StartsWith(section + ".", StringComparison.Ordinal));
}
