using System.Text.Json;

namespace Connbeat.Events.Ecs;

/// <summary>
/// The <c>process</c> object. A process has many sockets, so its object is kept and copied, as
/// <see cref="ProcessJson"/> does.
/// </summary>
internal sealed class EcsProcessJson(BootFacts boot)
{
    private const int Slots = 1024; // a power of two
    private const int LongestKept = 16 * 1024;

    private readonly Slot[] _kept = new Slot[Slots];

    /// <summary>The object of a process.</summary>
    public EncodedValue Of(ProcessFacts process)
    {
        ref Slot slot = ref _kept[process.Pid & (Slots - 1)];
        if (ReferenceEquals(slot.Process, process))
        {
            return slot.Value!;
        }

        EncodedValue encoded = new(Encode(process));
        if (encoded.Json.Length <= LongestKept)
        {
            slot = new Slot(process, encoded);
        }

        return encoded;
    }

    // By itself: a closure in the method above would be made for every event.
    private byte[] Encode(ProcessFacts process) => EventJson.Encode(json => Write(json, process));

    private void Write(Utf8JsonWriter json, ProcessFacts process)
    {
        json.WriteStartObject();
        if (process.Arguments.Count > 0)
        {
            json.Texts(EcsNames.Args, process.Arguments);
        }

        if (process.CommandLine.Length > 0)
        {
            json.WriteString(EcsNames.CommandLine, process.CommandLine);
        }

        json.Text(EcsNames.EntityId, ProcessEntityId.Of(process, boot));
        if (process.Environment is { Count: > 0 } environment)
        {
            json.Texts(EcsNames.EnvVars, environment);
        }

        json.Text(FieldNames.Executable, process.Executable);
        json.WriteString(FieldNames.Name, process.Name);
        if (process.ParentPid is > 0 and { } parent) // 0 is one outside of the pid namespace
        {
            json.WriteStartObject(EcsNames.Parent);
            json.WriteNumber(FieldNames.Pid, parent);
            json.WriteEndObject();
        }

        json.WriteNumber(FieldNames.Pid, process.Pid);
        json.Time(FieldNames.Start, process.Start);
        json.WriteEndObject();
    }

    /// <summary>An object and what it was made of.</summary>
    private readonly record struct Slot(ProcessFacts? Process, EncodedValue? Value);
}
