namespace Connbeat.Exporters.Endpoint;

/// <summary>What is known of who asks for a page.</summary>
/// <param name="IsLocal">True where the way is a unix socket, whose owner says who may come.</param>
/// <param name="IsKnown">True where nobody comes in who is not known.</param>
internal sealed record Visitor(bool IsLocal, bool IsKnown = false)
{
    /// <summary>Somebody who was let in.</summary>
    public static readonly Visitor Known = new(IsLocal: false, IsKnown: true);
}
