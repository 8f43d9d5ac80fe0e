namespace Connbeat.Tests.House;

/// <summary>The working copy that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder that holds connbeat.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The full path of what stands at <paramref name="relative"/> to the root.</summary>
    public static string At(string relative) => Path.Combine(Root, relative);

    /// <summary>Every C# file under src that a person wrote, with its path from the root.</summary>
    public static IReadOnlyList<SourceFile> Sources() =>
    [
        .. Directory.EnumerateFiles(At("src"), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path))
            .Where(path => !path.Split('/').Any(folder => folder is "bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path, File.ReadAllText(At(path)))),
    ];

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "connbeat.slnx")))
            {
                return at.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no connbeat.slnx above {AppContext.BaseDirectory}");
    }
}
