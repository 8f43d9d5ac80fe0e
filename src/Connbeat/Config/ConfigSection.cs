using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Connbeat.Config;

/// <summary>
/// Reads the settings of one section as the types they should have. A value that is wrong is a fault of the reading,
/// and its default is returned, so that reading goes on and finds the next. A setting that nobody asks for is a fault
/// too.
/// </summary>
internal sealed partial class ConfigSection(ConfigMap map, ConfigReading reading)
{
    private readonly List<string> _asked = [];
    private bool _isOff;

    private delegate bool Parse<T>(string text, [MaybeNullWhen(false)] out T value);

    /// <summary>Full names of the settings that were asked for.</summary>
    public IEnumerable<string> Asked => _asked.Select(key => ConfigMap.PathOf(map.Path, key));

    /// <summary>True where it is read only for what is wrong in it.</summary>
    public bool IsOff => _isOff;

    /// <summary>True where the key was written, even without a value.</summary>
    public bool Has(string key) => map.TryGet(key, out _);

    /// <summary>True where the key was written with a value that asks for something, and the section is not switched off.</summary>
    public bool Asks(string key) =>
        !_isOff && map.TryGet(key, out ConfigNode? node) && node is ConfigScalar { IsEmpty: false, Written.Length: > 0 };

    /// <summary>A variable of the environment; null where it is not set.</summary>
    public string? Environment(string name) => reading.Environment(name);

    /// <summary>True where the key was written with a section.</summary>
    public bool HasSection(string key) => map.TryGet(key, out ConfigNode? node) && node is ConfigMap;

    /// <summary>True where the key was written with a list.</summary>
    public bool HasList(string key) => map.TryGet(key, out ConfigNode? node) && node is ConfigList;

    /// <summary>True where another setting than these asks for something, or is none.</summary>
    public bool HasBeside(params string[] keys) => map.Entries.Any(entry => !keys.Contains(entry.Key) &&
        !(UnhonouredSettings.Refused.ContainsKey(entry.Value.Path) && AsksForNothing(entry.Value)));

    /// <summary>
    /// Has nothing required of this section, and of those in it: it is read only for what is misspelt or no value, not for
    /// what is missing, here or in the environment.
    /// </summary>
    public void SwitchOff() => _isOff = true;

    /// <summary>A section in this one; empty where nobody wrote it.</summary>
    public ConfigSection Section(string key)
    {
        ConfigNode? node = Ask(key);
        Origin origin = map.TryGet(key, out ConfigNode? written) ? written.Origin : map.Origin;
        ConfigSection section =
            reading.Open(node as ConfigMap ?? new ConfigMap(ConfigMap.PathOf(map.Path, key), origin));
        if (node is not (ConfigMap or null))
        {
            reading.Fault(node.Origin, $"{node.Path} is {OneWord(node)}; expected a section of settings{Colon(node)}");
        }

        if (_isOff || node is not (ConfigMap or null))
        {
            section.SwitchOff();
        }

        return section;
    }

    /// <summary><c>true</c> or <c>false</c>, also as <c>yes</c>, <c>no</c>, <c>on</c>, <c>off</c>.</summary>
    public bool Bool(string key, bool @default, string expected = "true or false") =>
        Noted(key, Scalar(key, @default, expected, static (string text, out bool value) =>
        {
            value = text.ToLowerInvariant() is "true" or "yes" or "on";
            return value || ConfigScalar.IsNo(text);
        }));

    /// <summary>Any text.</summary>
    [return: NotNullIfNotNull(nameof(@default))]
    public string? Text(string key, string? @default) => Noted(key, Scalar(key, @default, "text", AnyText));

    /// <summary>Text that has to be as expected.</summary>
    public string Text(string key, string @default, string expected, Predicate<string> isAsExpected) =>
        Noted(key, Scalar(key, @default, expected, (string text, [MaybeNullWhen(false)] out string value) =>
        {
            value = text;
            return isAsExpected(text);
        }));

    /// <summary>Text without which the section is of no use; empty where there is none.</summary>
    public string RequiredText(string key, string expected, Predicate<string> isAsExpected)
    {
        Require(key, expected);
        return Text(key, "", expected, text => text.Length > 0 ? isAsExpected(text) : _isOff);
    }

    /// <summary>A whole number within bounds.</summary>
    public int Int(string key, int @default, int min, int max = int.MaxValue) =>
        Noted(key, Scalar(key, @default, Range("a whole number", $"{min}", max < int.MaxValue ? $"{max}" : null),
            (string text, out int value) =>
                int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) &&
                value >= min && value <= max));

    /// <summary>A time span within bounds; see <see cref="Config.Duration"/>.</summary>
    public TimeSpan Duration(string key, TimeSpan @default, TimeSpan min, TimeSpan max) =>
        Noted(key, Scalar(key, @default, Range("a duration", Config.Duration.Format(min), Config.Duration.Format(max)),
            (string text, out TimeSpan value) =>
                Config.Duration.TryParse(text, out value) && value >= min && value <= max), Config.Duration.Format);

    /// <summary>A number of bytes within bounds; see <see cref="ByteSize"/>.</summary>
    public long Size(string key, long @default, long min, long max) =>
        Noted(key, Scalar(key, @default, Range("a size", ByteSize.Format(min), ByteSize.Format(max)),
            (string text, out long value) => ByteSize.TryParse(text, out value) && value >= min && value <= max), ByteSize.Format);

    /// <summary>One of a few names; <paramref name="later"/>: those that users may look for in vain.</summary>
    public T Choice<T>(string key, T @default, IReadOnlyDictionary<string, T> choices, params string[] later) =>
        Noted(key, Scalar(key, @default, OneOf(choices.Keys, later), InAnyCase(choices)), value => NameOf(value, choices));

    /// <summary>One of a few names, where something else than a name may be written too.</summary>
    public T ChoiceOr<T>(string key, T @default, IReadOnlyDictionary<string, T> choices, string expected) =>
        Noted(key, Scalar(key, @default, expected, choices.TryGetValue), value => NameOf(value, choices));

    /// <summary>A list of patterns; see <see cref="RedactOptions.Patterns"/>.</summary>
    public IReadOnlyList<string> Patterns(string key) =>
        Noted(key, List<string>(key, [], RedactOptions.Expected, RedactOptions.ExpectedPattern, RedactOptions.TryParse));

    /// <summary>A list of text.</summary>
    public IReadOnlyList<string> TextList(string key, IReadOnlyList<string> @default) =>
        Noted(key, List(key, @default, "a list of text", "text", static (string text, [MaybeNullWhen(false)] out string value) =>
        {
            value = text;
            return text.Length > 0;
        }));

    /// <summary>A list of ports and of ranges of them; see <see cref="PortRange"/>.</summary>
    public IReadOnlyList<PortRange> PortRanges(string key, IReadOnlyList<PortRange> @default) =>
        Noted(key, List<PortRange>(key, @default, PortRange.ExpectedList, PortRange.Expected, PortRange.TryParse));

    /// <summary>A list, not empty, of a few names; see <see cref="Choice"/>.</summary>
    public IReadOnlyList<T> Choices<T>(
        string key, IReadOnlyList<T> @default, IReadOnlyDictionary<string, T> choices, params string[] later)
    {
        string expected = OneOf(choices.Keys, later);
        IReadOnlyList<T> chosen = List(key, @default, $"a list of {expected}", expected, InAnyCase(choices));
        if (Ask(key) is ConfigList { Items.Count: 0 } empty)
        {
            Expected(empty, empty.Path, $"a list of {expected}");
        }

        return Noted(key, chosen, values => values.Select(value => NameOf(value, choices)).ToList());
    }

    /// <summary>A section whose names and values are the user's own; see <see cref="FreeValue"/>.</summary>
    public IReadOnlyDictionary<string, object?> FreeValues(string key)
    {
        ConfigNode? node = Ask(key);
        if (node is not (ConfigMap or null))
        {
            Expected(node, node.Path, "a section of names and values");
        }

        return Noted(key, node is ConfigMap values ? FreeMap(values) : new Dictionary<string, object?>());
    }

    /// <summary>Warns about a setting that was written.</summary>
    public void Warn(string key, string message)
    {
        if (map.TryGet(key, out ConfigNode? node))
        {
            reading.Warn(node.Origin, $"{node.Path} {message}");
        }
    }

    /// <summary>An older spelling: the value in force is told by another setting.</summary>
    public void IsToldBy(string key, string message)
    {
        reading.Forget(ConfigMap.PathOf(map.Path, key));
        Warn(key, message);
    }

    /// <summary>A fault of the whole section, unless it is switched off.</summary>
    public void Fault(string message)
    {
        if (!_isOff)
        {
            reading.Fault(map.Origin, message);
        }
    }

    /// <summary>What was written; null where nothing was, or a key without a value.</summary>
    private ConfigNode? Ask(string key)
    {
        _asked.Add(key);
        return map.TryGet(key, out ConfigNode? node) && !node.IsEmpty ? node : null;
    }

    /// <summary>Has the value remembered as the one in force.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="value">The value.</param>
    /// <param name="written">What connbeat.yml would have for it; null for the value itself.</param>
    private T Noted<T>(string key, T value, Func<T, object?>? written = null)
    {
        reading.Note(new EffectiveSetting(
            ConfigMap.PathOf(map.Path, key), YamlText.Of(written is null ? value : written(value))));
        return value;
    }

    private static Parse<T> InAnyCase<T>(IReadOnlyDictionary<string, T> choices) =>
        (string text, [MaybeNullWhen(false)] out T value) => choices.TryGetValue(text.ToLowerInvariant(), out value);

    private static string NameOf<T>(T value, IReadOnlyDictionary<string, T> choices) =>
        choices.First(choice => EqualityComparer<T>.Default.Equals(choice.Value, value)).Key;

    private void Require(string key, string expected)
    {
        if (Ask(key) is null && !_isOff)
        {
            Fault($"{ConfigMap.PathOf(map.Path, key)} is missing; expected {expected}");
        }
    }
}
