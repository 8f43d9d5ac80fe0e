namespace Connbeat.Benchmarks.Macro;

/// <summary>What <c>figures</c> was asked for.</summary>
/// <param name="Hold">The compiled hold.c.</param>
/// <param name="Agent">The built ./connbeat.</param>
/// <param name="Only">The one part to run; null for all.</param>
/// <param name="IsQuick">True for fewer rounds and shorter waits.</param>
internal sealed record FiguresOptions(string Hold, string Agent, string? Only, bool IsQuick)
{
    /// <summary>How often each CPU time is taken.</summary>
    public int Rounds => IsQuick ? 1 : 5;

    /// <summary>How long the agent is left to itself before it is looked at.</summary>
    public TimeSpan Settling => TimeSpan.FromSeconds(IsQuick ? 20 : 60);

    /// <summary>Reads them; null where they are not understood.</summary>
    public static FiguresOptions? Read(string[] options)
    {
        List<string> rest = [.. options];
        bool quick = rest.Remove("--quick");
        return rest switch
        {
            [var hold, var agent] => new(hold, agent, null, quick),
            [var hold, var agent, var only] => new(hold, agent, only, quick),
            _ => null,
        };
    }
}
