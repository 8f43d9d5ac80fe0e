using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Events;

namespace Connbeat.Tests.Support;

/// <summary>Logs of an agent that has one schema in use.</summary>
internal static class OneLog
{
    /// <summary>That log; without an encoder where the test appends to it by itself.</summary>
    public static EventLogs Of(IEventLog log, IEventEncoder? encoder = null)
    {
        EventLogs logs = new(schema => new EventForm(schema, encoder!, log));
        logs.Of(EventSchema.Connbeat);
        return logs;
    }
}
