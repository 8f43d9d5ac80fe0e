using Connbeat.Telemetry;

namespace Connbeat.Delivery;

/// <summary>Events that one output will never get: what a <c>gap</c> tells of.</summary>
/// <param name="Output">The output's name.</param>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many.</param>
/// <param name="From">The earliest <c>@timestamp</c> among them.</param>
/// <param name="To">The latest.</param>
internal sealed record Loss(string Output, LossReason Reason, long Count, DateTimeOffset From, DateTimeOffset To);
