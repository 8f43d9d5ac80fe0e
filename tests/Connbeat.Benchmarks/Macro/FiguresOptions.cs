namespace Connbeat.Benchmarks.Macro;

/// <summary>What <c>figures</c> was asked for.</summary>
/// <param name="Load">The folder of the compiled hold.c, lives.c and datagrams.c, and of namespaces.sh.</param>
/// <param name="Agent">The built ./connbeat.</param>
/// <param name="Only">The one part to run; null for all.</param>
/// <param name="IsQuick">True for fewer rounds and shorter waits.</param>
internal sealed record FiguresOptions(string Load, string Agent, string? Only, bool IsQuick)
{
    /// <summary>The program that holds sockets.</summary>
    public string Hold => Path.Combine(Load, "hold");

    /// <summary>The program that makes connections which live for moments.</summary>
    public string Lives => Path.Combine(Load, "lives");

    /// <summary>The program that sends packets over loopback.</summary>
    public string Datagrams => Path.Combine(Load, "datagrams");

    /// <summary>The script that has sockets held in namespaces.</summary>
    public string NamespacesScript => Path.Combine(Load, "namespaces.sh");

    /// <summary>How often each CPU time is taken.</summary>
    public int Rounds => IsQuick ? 1 : 3;

    /// <summary>How long the agent is left to itself before it is looked at.</summary>
    public TimeSpan Settling => TimeSpan.FromSeconds(IsQuick ? 20 : 40);

    /// <summary>Reads them; null where they are not understood.</summary>
    public static FiguresOptions? Read(string[] options)
    {
        List<string> rest = [.. options];
        bool quick = rest.Remove("--quick");
        return rest switch
        {
            [var load, var agent] => new(load, agent, null, quick),
            [var load, var agent, var only] => new(load, agent, only, quick),
            _ => null,
        };
    }
}
