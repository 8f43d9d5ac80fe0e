namespace Connbeat.Config;

/// <summary>Which variables of a process's environment may be published: none, all, or those of a list.</summary>
internal sealed record ExposedEnvironment
{
    /// <summary>Nothing is published.</summary>
    public static readonly ExposedEnvironment None = new();

    /// <summary>Every variable is published.</summary>
    public static readonly ExposedEnvironment Everything = new() { All = true };

    /// <summary>True: every variable, whatever <see cref="Names"/> says.</summary>
    public bool All { get; private init; }

    /// <summary>Names of variables, as they are written: case matters.</summary>
    public IReadOnlyList<string> Names { get; private init; } = [];

    /// <summary>Only these variables are published.</summary>
    public static ExposedEnvironment Only(IReadOnlyList<string> names) => new() { Names = names };

    /// <summary><c>false</c>, <c>true</c>, or a list of names.</summary>
    public static ExposedEnvironment Read(ConfigSection section, string key)
    {
        if (section.HasList(key))
        {
            return Only(section.TextList(key, []));
        }

        return section.Bool(key, @default: false, "true, false, or a list of names of variables") ? Everything : None;
    }
}
