using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Connbeat.Config;

/// <summary>
/// Turns YAML into settings that know their lines. It reads parser events rather than a document, so that nesting is
/// bounded before it costs stack, and nothing stands for more than was written: no aliases, merge keys or tags.
/// </summary>
internal sealed class YamlTree
{
    private readonly string _source;
    private readonly bool _hasLines;
    private readonly Parser _parser;
    private readonly ICollection<ConfigFault> _faults;

    private YamlTree(string source, bool hasLines, string text, ICollection<ConfigFault> faults)
    {
        _source = source;
        _hasLines = hasLines;
        _parser = new Parser(new StringReader(text));
        _faults = faults;
    }

    /// <summary>The settings of a file; null where it is not YAML of the form that connbeat reads.</summary>
    public static ConfigMap? ReadFile(string file, string text, ICollection<ConfigFault> faults)
    {
        if (YamlSlip.OfCharacters(text) is { } slip)
        {
            faults.Add(new ConfigFault(new Origin(file, (int)slip.Line), slip.Message));
            return null;
        }

        YamlTree tree = new(file, hasLines: true, text, faults);
        switch (tree.ReadRoot(path: "", text))
        {
            case null:
                return null;

            case ConfigMap { Entries.Count: > 0 } settings:
                return settings;

            case ConfigMap or { IsEmpty: true }:
                faults.Add(new ConfigFault(new Origin(file, 1), "the file has no settings"));
                return null;

            case { } other:
                faults.Add(new ConfigFault(other.Origin, $"the file is {Kind(other)}; expected settings, as 'name: value'"));
                return null;
        }
    }

    /// <summary>A value of the command line; null where it is not YAML of the form that connbeat reads.</summary>
    public static ConfigNode? ReadValue(string source, string path, string text, ICollection<ConfigFault> faults) =>
        new YamlTree(source, hasLines: false, text, faults).ReadRoot(path, text);

    private ConfigNode? ReadRoot(string path, string text)
    {
        try
        {
            return Document(path);
        }
        catch (YamlException fault) when (fault is not (SyntaxErrorException or SemanticErrorException))
        {
            _faults.Add(new ConfigFault(At(fault.Start.Line), fault.Message));
            return null;
        }
        catch (Exception fault) when (fault is YamlException or InvalidOperationException or ArgumentException)
        {
            // YamlDotNet 16.3 lets the latter two escape on some damaged text, such as \UFFFFFFFF.
            YamlSlip slip = YamlSlip.Explain(fault, readUpTo: _parser.Current?.End ?? Mark.Empty, text);
            _faults.Add(new ConfigFault(At(slip.Line), slip.Message));
            return null;
        }
    }

    private ConfigNode Document(string path)
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return new ConfigScalar(path, At(line: 1), written: "", isPlain: true);
        }

        _parser.Consume<DocumentStart>();
        ConfigNode root = Node(path, origin: null, depth: path.AsSpan().Count('.'));
        _parser.Consume<DocumentEnd>();
        if (_parser.Current is DocumentStart second)
        {
            throw Fault(second, "a second document begins here; expected one");
        }

        _parser.Consume<StreamEnd>();
        return root;
    }

    /// <param name="path">Full name of the node.</param>
    /// <param name="origin">Where its key was written; null where it has none.</param>
    /// <param name="depth">How many nodes it stands in.</param>
    private ConfigNode Node(string path, Origin? origin, int depth)
    {
        ParsingEvent start = _parser.Consume<ParsingEvent>();
        if (depth > ConfigMap.DeepestNesting)
        {
            throw Fault(start, $"nested deeper than {ConfigMap.DeepestNesting} levels");
        }

        if (start is AnchorAlias || start is NodeEvent { Anchor.IsEmpty: false })
        {
            throw Fault(start, "anchors and aliases (& and *) are not understood; write the value out, or text in quotes");
        }

        if (start is NodeEvent { Tag.IsEmpty: false })
        {
            throw Fault(start, "tags (!) are not understood; write the value alone, or text in quotes");
        }

        Origin here = origin ?? At(start.Start.Line);
        return start switch
        {
            Scalar scalar => new ConfigScalar(path, here, scalar.Value, scalar.Style is ScalarStyle.Plain),
            SequenceStart => List(path, here, depth),
            MappingStart => Map(path, here, depth),
            _ => throw Fault(start, "expected a value"),
        };
    }

    private ConfigList List(string path, Origin origin, int depth)
    {
        List<ConfigNode> items = [];
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(path, origin: null, depth + 1));
        }

        return new ConfigList(path, origin, items);
    }

    private ConfigMap Map(string path, Origin origin, int depth)
    {
        ConfigMap map = new(path, origin);
        Dictionary<string, Origin> written = [];
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            Scalar key = Key();
            Origin here = At(key.Start.Line);
            string name = ConfigMap.PathOf(path, key.Value);
            if (!ConfigMap.TrySplit(key.Value, out string[] names))
            {
                throw Fault(key, $"'{key.Value}' is not a name; expected a name, or names joined by single dots");
            }

            ConfigNode value = Node(name, here, depth + names.Length);
            if (key.Value.Contains("${", StringComparison.Ordinal))
            {
                _faults.Add(new ConfigFault(here, $"{name} is not a name; placeholders stand in values only"));
                continue;
            }

            if (!written.TryAdd(key.Value, here))
            {
                SetTwice(name, written[key.Value], here);
                continue;
            }

            map.Join(
                ConfigMap.Nest(path, here, names, value),
                (first, second) => SetTwice(second.Path, first.Origin, second.Origin));
        }

        return map;
    }

    private Scalar Key()
    {
        ParsingEvent start = _parser.Consume<ParsingEvent>();
        return start switch
        {
            Scalar { Anchor.IsEmpty: true, Tag.IsEmpty: true } key => key.Value is not "<<"
                ? key
                : throw Fault(key, "merge keys (<<) are not understood; write the settings out"),
            _ => throw Fault(start, "expected a plain name before the colon"),
        };
    }

    private void SetTwice(string path, Origin first, Origin second) =>
        _faults.Add(new ConfigFault(second, $"{path} is set twice; first at {first}"));

    /// <summary>A file that was named by mistake may be a secret.</summary>
    private static string Kind(ConfigNode node) => node is ConfigScalar ? "one text" : node.ToString();

    private Origin At(long line) => new(_source, _hasLines ? (int)line : 0);

    private static YamlException Fault(ParsingEvent at, string message) => new(at.Start, at.End, message);
}
