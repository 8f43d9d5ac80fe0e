using System.Xml.Linq;

namespace Connbeat.Tests.House;

public sealed class ArchitectureTests
{
    private static readonly string[] References =
        ["PackageReference", "ProjectReference", "FrameworkReference", "Reference"];

    [Fact]
    public void Every_arrow_between_folders_is_one_of_the_table()
    {
        Codebase code = new(Repository.Sources());

        Assert.NotEmpty(code.Uses());
        AssertNone(Arrows.Violations(code));
    }

    [Fact]
    public void Every_source_file_keeps_the_rules_of_the_house()
    {
        IReadOnlyList<SourceFile> sources = Repository.Sources();

        Assert.Contains(sources, file => file.Path == "src/Connbeat.Linux/LibC.cs");
        AssertNone(sources.SelectMany(HouseRules.Violations));
    }

    [Fact]
    public void A_library_of_kernel_or_wire_code_references_nothing()
    {
        string[] projects =
        [
            .. HouseRules.Libraries.Select(name => $"src/{name}/{name}.csproj")
                .Where(path => File.Exists(Repository.At(path))),
        ];

        Assert.Contains("src/Connbeat.Linux/Connbeat.Linux.csproj", projects);
        AssertNone(
            from project in projects
            from item in XDocument.Load(Repository.At(project)).Descendants()
            where References.Contains(item.Name.LocalName)
            select $"{project}: {item}; it may use the base class library only");
    }

    private static void AssertNone(IEnumerable<string> violations)
    {
        string[] found = [.. violations];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }
}
