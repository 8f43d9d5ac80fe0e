using Connbeat.Delivery;

namespace Connbeat;

/// <summary>What is to be made for an output, before somebody makes it.</summary>
/// <param name="Output">The name under <c>output:</c> in connbeat.yml.</param>
/// <param name="Open">Opens whoever makes it.</param>
internal sealed record SetUpPlan(string Output, Func<ISetUp> Open);
