using Connbeat.Config;
using Connbeat.Delivery;

namespace Connbeat;

/// <summary>An output as it was configured, before it is opened.</summary>
/// <param name="Name">The name under <c>output:</c> in connbeat.yml.</param>
/// <param name="Settings">All its settings; equal settings make equal outputs.</param>
/// <param name="Pump">How events are handed to it.</param>
/// <param name="Open">Opens it.</param>
internal sealed record OutputPlan(string Name, object Settings, PumpOptions Pump, Func<IOutput> Open);
