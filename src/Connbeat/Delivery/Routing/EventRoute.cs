using Connbeat.Config;

namespace Connbeat.Delivery.Routing;

/// <summary>
/// Says where an event goes: the first rule whose condition holds and that has a name for it, else what holds for all. A rule
/// has none where the event lacks a field of it, or where <c>mappings</c> do not know the value, and has no <c>default</c>.
/// One thread uses it.
/// </summary>
internal sealed class EventRoute
{
    private readonly Step[] _steps;
    private readonly EventText? _otherwise;

    /// <summary>Makes checked rules ready.</summary>
    /// <param name="rules">The rules, in their order.</param>
    /// <param name="otherwise">What holds where no rule has a name; null for nothing.</param>
    /// <param name="schema">The form in which events come.</param>
    public EventRoute(IReadOnlyList<RouteRule> rules, FormatString? otherwise, EventSchema schema)
    {
        _steps =
        [
            .. rules.Select(rule => new Step(
                rule, rule.When is { } when ? EventCondition.Of(when, schema) : null, new EventText(rule.Format))),
        ];
        _otherwise = otherwise is null ? null : new EventText(otherwise);
    }

    /// <summary>Where an event goes; null where nothing says it.</summary>
    /// <param name="event">The event.</param>
    /// <param name="missing">The field that the event lacks to be sent; null where that is not the reason.</param>
    public string? Of(EncodedEvent @event, out string? missing)
    {
        missing = null;
        foreach (Step step in _steps)
        {
            if (step.When?.Holds(@event.Json.Span) is not false && step.NameOf(@event, out missing) is { } name)
            {
                return name;
            }
        }

        return _otherwise?.Of(@event, out missing);
    }

    private sealed record Step(RouteRule Rule, EventCondition? When, EventText Text)
    {
        public string? NameOf(EncodedEvent @event, out string? missing)
        {
            string? name = Text.Of(@event, out missing);
            if (name is not null && Rule.Mappings.Count > 0)
            {
                name = Rule.Mappings.GetValueOrDefault(name);
            }

            return string.IsNullOrEmpty(name) ? Rule.Default : name;
        }
    }
}
