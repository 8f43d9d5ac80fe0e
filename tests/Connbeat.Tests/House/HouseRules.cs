using System.Text.RegularExpressions;

namespace Connbeat.Tests.House;

/// <summary>What every source file keeps to, whoever it uses: where words may stand, names, folders, length.</summary>
internal static partial class HouseRules
{
    private const int LongestFile = 400;

    /// <summary>The projects that use the base class library only.</summary>
    public static readonly string[] Libraries = ["Connbeat.Linux", "Connbeat.StrongSwan"];

    private const string AsksForUsers = "src/Connbeat/Enrichment/UserNames.cs";

    private static readonly string[] ImportFiles = ["src/Connbeat.Linux/LibC.cs", "src/Connbeat.Linux/Bpf/LibBpf.cs"];

    /// <summary>What breaks a rule, one line each.</summary>
    public static IEnumerable<string> Violations(SourceFile file) =>
        [.. Words(file), .. ForeignLibraries(file), .. Names(file), .. Length(file)];

    private static IEnumerable<string> Words(SourceFile file)
    {
        bool carriesBytes = IsIn(file, "Connbeat.Delivery") || IsIn(file, "Connbeat.Outputs");
        for (int line = 0; line < file.Lines.Count; line++)
        {
            string code = file.Lines[line];
            string at = $"{file.Path}:{line + 1}";
            if (!IsIn(file, "Connbeat.Linux") && Unsafe().IsMatch(code))
            {
                yield return $"{at}: unsafe code stands only in Connbeat.Linux";
            }

            if (!ImportFiles.Contains(file.Path) && Import().IsMatch(code))
            {
                yield return $"{at}: native functions are imported only in LibC.cs and LibBpf.cs of Connbeat.Linux";
            }

            if (file.Path != AsksForUsers && UserLookup().Match(code) is { Success: true } lookup)
            {
                yield return $"{at}: {lookup.Value} may wait for a directory server; UserNames has a thread for that";
            }

            if (carriesBytes && DomainType().Match(code) is { Success: true } type)
            {
                yield return $"{at}: delivery and outputs know bytes and ids, not {type.Value}";
            }

            if (IsIn(file, "Connbeat.Tracking") && KernelSocket().Match(code) is { Success: true } socket)
            {
                yield return $"{at}: tracking knows the kernel's values, not its sockets: {socket.Value}";
            }

            if (GlobalUsing().IsMatch(code))
            {
                yield return $"{at}: a global using hides an arrow from the reader";
            }
        }
    }

    private static IEnumerable<string> ForeignLibraries(SourceFile file)
    {
        string? library = Libraries.FirstOrDefault(name => IsIn(file, name));
        for (int line = 0; library is not null && line < file.Lines.Count; line++)
        {
            if (UsingLine().Match(file.Lines[line]) is { Success: true } directive &&
                directive.Groups[1].Value is { } name && !IsBaseClassLibrary(name) && !IsBelow(name, library))
            {
                yield return $"{file.Path}:{line + 1}: {library} uses {name}; it may use the base class library only";
            }
        }
    }

    private static IEnumerable<string> Names(SourceFile file)
    {
        if (file.Path == "src/Connbeat/Program.cs")
        {
            yield break; // top-level statements: no namespace, no type
        }

        if (file.Namespace != file.FolderNamespace)
        {
            yield return $"{file.Path}:1: namespace is '{file.Namespace}'; its folder says '{file.FolderNamespace}'";
        }

        if (file.Types is [{ } type, ..] && type != file.Name)
        {
            yield return $"{file.Path}:1: its first type is {type}; a file is named after it";
        }
    }

    private static IEnumerable<string> Length(SourceFile file)
    {
        if (file.LineCount > LongestFile)
        {
            yield return
                $"{file.Path}:{LongestFile + 1}: {file.LineCount} lines; past {LongestFile} stands a second idea";
        }
    }

    private static bool IsIn(SourceFile file, string name) => IsBelow(file.FolderNamespace, name);

    private static bool IsBelow(string name, string outer) =>
        name == outer || name.StartsWith(outer + ".", StringComparison.Ordinal);

    private static bool IsBaseClassLibrary(string name) => IsBelow(name, "System") || IsBelow(name, "Microsoft.Win32");

    [GeneratedRegex(@"\bunsafe\b")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"\b(?:LibC|Environment)\.UserName\b")]
    private static partial Regex UserLookup();

    [GeneratedRegex(@"\b(?:DllImport|LibraryImport)\b")]
    private static partial Regex Import();

    [GeneratedRegex(@"\b(?:SockDiagSocket|DestroyedSockets|NetlinkSocket|KernelPrograms|RingBuffer)\b")]
    private static partial Regex KernelSocket();

    [GeneratedRegex(@"\b(?:ConnectionEvent|SocketFacts|ProcessFacts)\b")]
    private static partial Regex DomainType();

    [GeneratedRegex(@"^\s*global\s+using\b")]
    private static partial Regex GlobalUsing();

    // A directive, not `using (resource)` and not `using Type name = …`.
    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?(?:global::)?([\w.]+)\s*(?:<[^;]*>)?\s*;")]
    private static partial Regex UsingLine();
}
