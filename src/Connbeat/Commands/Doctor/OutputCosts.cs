namespace Connbeat.Commands.Doctor;

/// <summary>What an output costs that takes no events.</summary>
internal static class OutputCosts
{
    /// <summary>Until it takes them again.</summary>
    public static readonly string[] WhileItDoesNotAnswer =
        ["its events wait in the queue; when that is full, the oldest are lost, counted, and told as a gap"];
}
