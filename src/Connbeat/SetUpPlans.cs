using Connbeat.Config;

namespace Connbeat;

/// <summary>For which outputs something has to be made at their far ends.</summary>
internal static class SetUpPlans
{
    /// <summary>One plan for each output that is enabled and needs something.</summary>
    public static IReadOnlyList<SetUpPlan> Of(AgentOptions options)
    {
        List<SetUpPlan> plans = [];
        return plans;
    }
}
