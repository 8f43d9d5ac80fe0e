using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Events;

namespace Connbeat;

/// <summary>
/// A log for each schema that an output asks for, and what encodes events for it: each event is encoded once per schema in
/// use. Outputs may open one at any time; the rest is the agent's loop's.
/// </summary>
/// <param name="open">Makes the encoder and the log of a schema.</param>
internal sealed class EventLogs(Func<EventSchema, EventForm> open)
{
    private readonly Lock _opening = new();
    private volatile EventForm[] _inUse = [];

    /// <summary>Those that were opened.</summary>
    public IReadOnlyList<EventForm> InUse => _inUse;

    /// <inheritdoc cref="IEventLog.Fill"/>
    public LogFill? Fill
    {
        get
        {
            LogFill? least = null;
            foreach (EventForm form in _inUse)
            {
                least = LogFill.Least(least, form.Log.Fill);
            }

            return least;
        }
    }

    /// <inheritdoc cref="IEventLog.IsPaused"/>
    public bool IsPaused
    {
        get
        {
            bool isPaused = false;
            foreach (EventForm form in _inUse)
            {
                isPaused |= form.Log.IsPaused;
            }

            return isPaused;
        }
    }

    /// <summary>The log of a schema, opened where it was not.</summary>
    public IEventLog Of(EventSchema schema)
    {
        lock (_opening)
        {
            EventForm? form = Array.Find(_inUse, form => form.Schema == schema);
            if (form is null)
            {
                form = open(schema);
                _inUse = [.. _inUse, form];
            }

            return form.Log;
        }
    }

    /// <inheritdoc cref="IEventLog.TakeLosses"/>
    public IReadOnlyList<Loss> TakeLosses()
    {
        EventForm[] forms = _inUse;
        return forms.Length == 1 ? forms[0].Log.TakeLosses() : [.. forms.SelectMany(form => form.Log.TakeLosses())];
    }

    /// <inheritdoc cref="IEventLog.Complete"/>
    public void Complete() => Array.ForEach(_inUse, form => form.Log.Complete());
}

/// <summary>One schema in use.</summary>
/// <param name="Schema">Which.</param>
/// <param name="Encoder">Encodes events in it; the agent's loop's.</param>
/// <param name="Log">Holds them.</param>
internal sealed record EventForm(EventSchema Schema, IEventEncoder Encoder, IEventLog Log);
