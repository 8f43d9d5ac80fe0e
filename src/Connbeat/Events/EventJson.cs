using System.Text.Encodings.Web;
using System.Text.Json;

namespace Connbeat.Events;

/// <summary>How the JSON of events is written.</summary>
internal static class EventJson
{
    /// <summary>
    /// Escaped is what JSON demands and no more: events are read by programs and by people with grep, never put into a
    /// web page as they are. The writer's own checks are off: the encoders' form is fixed, and the tests check it.
    /// </summary>
    public static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };
}
