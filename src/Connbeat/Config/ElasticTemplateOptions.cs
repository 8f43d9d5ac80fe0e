namespace Connbeat.Config;

/// <summary>What <c>connbeat setup</c> does about the index template: the <c>template</c> section of the output.</summary>
internal sealed record ElasticTemplateOptions
{
    /// <summary>False: it leaves templates alone. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>What the templates are called; empty: connbeat, or logs-connbeat.connection for ECS. Default "".</summary>
    public string Name { get; init; } = "";

    /// <summary>False: what is there of that name stays as it is. Default true.</summary>
    public bool Overwrite { get; init; } = true;

    /// <summary>Reads the section.</summary>
    public static ElasticTemplateOptions Read(ConfigSection section)
    {
        ElasticTemplateOptions defaults = new();
        return new()
        {
            Enabled = section.Bool("enabled", defaults.Enabled),
            Name = section.Text("name", defaults.Name, "a name of a template: small letters, digits, - _ and .", IsName),
            Overwrite = section.Bool("overwrite", defaults.Overwrite),
        };
    }

    private static bool IsName(string text) =>
        text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.') &&
        !text.StartsWith('_') && !text.StartsWith('-');
}
