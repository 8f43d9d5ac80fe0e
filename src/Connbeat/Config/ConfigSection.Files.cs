namespace Connbeat.Config;

/// <summary>Settings that name files, which are read with the configuration: what is wrong with one is told with its line.</summary>
internal sealed partial class ConfigSection
{
    /// <summary>What a file says; null where none is named, or it can't be used.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="problem">What is wrong with what it says, as in <c>holds no certificate</c>; null where nothing is.</param>
    /// <param name="folder">What a path that does not begin at the root is of; empty for where connbeat was started.</param>
    public string? ContentOf(string key, Func<string, string?> problem, string folder = "") =>
        Text(key, null) is { Length: > 0 } path ? Content(key, Path.Combine(folder, path), problem) : null;

    /// <summary>What the files of a list say, those that can be used.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="problem">What is wrong with what one says; null where nothing is.</param>
    public IReadOnlyList<string> ContentsOf(string key, Func<string, string?> problem) =>
        [.. TextList(key, []).Select(path => Content(key, path, problem)).OfType<string>()];

    /// <summary>A fault of one setting.</summary>
    public void Fault(string key, string message)
    {
        Origin origin = map.TryGet(key, out ConfigNode? node) ? node.Origin : map.Origin;
        reading.Fault(origin, $"{ConfigMap.PathOf(map.Path, key)} {message}");
    }

    private string? Content(string key, string path, Func<string, string?> problem)
    {
        if (_isOff)
        {
            return null;
        }

        if (path.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            Fault(key, "holds what a file should; expected the path of a file"); // and it may be a key: not to be shown
            return null;
        }

        SmallFile file = SmallFile.Read(path);
        if (file.Text is null)
        {
            Fault(key, $"is '{path}': {file.Problem}");
            return null;
        }

        if (problem(file.Text) is { } wrong)
        {
            Fault(key, $"is '{path}', which {wrong}");
            return null;
        }

        return file.Text;
    }
}
