using YamlDotNet.RepresentationModel;

namespace Connbeat.Tests.House;

/// <summary>docker-compose.yml as its tests ask for it.</summary>
internal sealed class ComposeFile
{
    private readonly YamlMappingNode _root = Yaml("docker-compose.yml");

    /// <summary>Each service by its name.</summary>
    public IReadOnlyList<(string Name, YamlMappingNode Body)> Services =>
        [.. Map(_root["services"]).Select(pair => (pair.Key.ToString(), Map(pair.Value)))];

    /// <summary>The volumes that Docker keeps.</summary>
    public IReadOnlySet<string> Volumes => Map(_root["volumes"]).Select(pair => pair.Key.ToString()).ToHashSet();

    /// <summary>What is mounted where: <c>source:target</c>, or <c>source:target:ro</c>.</summary>
    public IReadOnlyList<(string Source, string Target)> Mounts =>
    [
        .. Services.SelectMany(service => Texts(service.Body, "volumes")).Select(mount => mount.Split(':'))
            .Select(parts => (parts[0], parts[1])),
    ];

    /// <summary>The YAML mapping that the file at <paramref name="path"/> from the repository's root holds.</summary>
    public static YamlMappingNode Yaml(string path) => Assert.Single(Yamls(path));

    /// <summary>Those of a file with several documents.</summary>
    public static IReadOnlyList<YamlMappingNode> Yamls(string path)
    {
        YamlStream stream = [];
        using StreamReader reader = File.OpenText(Repository.At(path));
        stream.Load(reader);
        return [.. stream.Documents.Select(document => Map(document.RootNode))];
    }

    /// <summary>The texts of a list; none where there is no such key.</summary>
    public static IReadOnlyList<string> Texts(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out YamlNode? list) ? [.. Items(list).Select(item => item.ToString())] : [];

    /// <summary>A text, or null where there is no such key.</summary>
    public static string? Text(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out YamlNode? value) ? value.ToString() : null;

    public static YamlMappingNode Map(YamlNode node) => Assert.IsType<YamlMappingNode>(node);

    public static YamlSequenceNode Items(YamlNode node) => Assert.IsType<YamlSequenceNode>(node);
}
