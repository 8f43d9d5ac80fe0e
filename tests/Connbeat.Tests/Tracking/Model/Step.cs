namespace Connbeat.Tests.Tracking.Model;

/// <summary>One step of a random history. The numbers choose among what there is then.</summary>
internal readonly record struct Step(StepKind Kind, int Pick, int Other)
{
    public override string ToString() => $"{Kind} {Pick} {Other}";
}

/// <summary>What can happen to sockets, to what tells of them, and to the agent.</summary>
internal enum StepKind
{
    Listen,
    Connect,
    Establish,
    Accept,
    Hold,
    Finish,
    Reset,
    Refuse,
    Reconnect,
    Destroy,
    HearDestroyed,
    BeginSnapshot,
    Dump,
    ShowPart,
    EndSnapshot,
    Overrun,
    Scan,
    Wait,
    Restart,
}
