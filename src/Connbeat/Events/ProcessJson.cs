using System.Text.Json;

namespace Connbeat.Events;

/// <summary>
/// The <c>local_process</c> object. A process has many sockets, so its object is kept and copied; a table of fixed size
/// keeps the latest process of each slot, and nothing that is longer than <see cref="LongestKept"/>.
/// </summary>
/// <param name="exposed">False where the user wants no process told: <c>expose_process_info</c>.</param>
internal sealed class ProcessJson(bool exposed)
{
    private const int Slots = 1024; // a power of two
    private const int LongestKept = 16 * 1024;

    private static readonly string[] NotExposed = [""]; // as the original has it

    private readonly string _unknown = exposed ? "Unknown process with inode " : "Process with inode ";
    private readonly Slot[] _kept = new Slot[Slots];

    /// <summary>Writes the object for the owner of <paramref name="socket"/>.</summary>
    public void Write(Utf8JsonWriter json, SocketFacts socket)
    {
        json.WritePropertyName(FieldNames.LocalProcess);
        if (!exposed || socket.Process is not { } process)
        {
            WriteUnknown(json, socket);
            return;
        }

        ref Slot slot = ref _kept[process.Pid & (Slots - 1)];
        if (slot.IsOf(process, socket))
        {
            json.WriteRawValue(slot.Json, skipInputValidation: true);
            return;
        }

        byte[] encoded = Encode(process, socket);
        json.WriteRawValue(encoded, skipInputValidation: true);
        if (encoded.Length <= LongestKept)
        {
            slot = new Slot(process, socket.Attribution, socket.Uid, socket.User, encoded);
        }
    }

    // By itself: a closure in the method above would be made for every event.
    private static byte[] Encode(ProcessFacts process, SocketFacts socket) =>
        EventJson.Encode(json => WriteKnown(json, process, socket));

    private static void WriteKnown(Utf8JsonWriter json, ProcessFacts process, SocketFacts socket)
    {
        json.WriteStartObject();
        json.WriteString(FieldNames.Attribution, FieldValues.Of(socket.Attribution));
        json.WriteString(FieldNames.Binary, process.Binary);
        json.WriteString(FieldNames.Cmdline, process.CommandLine);
        json.Texts(FieldNames.Environ, process.Environment ?? NotExposed);
        json.Text(FieldNames.Executable, process.Executable);
        json.WriteString(FieldNames.Name, process.Name);
        json.WriteNumber(FieldNames.Pid, process.Pid);
        json.Number(FieldNames.Ppid, process.ParentPid);
        json.Time(FieldNames.Start, process.Start);

        // The user of a process and the user of its socket may be two: number and name come from one of them.
        bool processTells = process.Uid is not null || process.User is not null;
        json.Number(FieldNames.Uid, processTells ? process.Uid : socket.Uid);
        json.Text(FieldNames.Unit, process.Unit);
        json.Text(FieldNames.User, processTells ? process.User : socket.User);
        json.WriteEndObject();
    }

    private void WriteUnknown(Utf8JsonWriter json, SocketFacts socket)
    {
        json.WriteStartObject();
        json.WriteString(FieldNames.Attribution, FieldValues.Of(socket.Attribution));
        json.WriteString(FieldNames.Binary, $"{_unknown}{socket.Inode}");
        json.WriteString(FieldNames.Cmdline, "");
        json.Texts(FieldNames.Environ, NotExposed);
        json.Number(FieldNames.Uid, socket.Uid);
        json.Text(FieldNames.Unit, exposed ? socket.Unit : null);
        json.Text(FieldNames.User, socket.User);
        json.WriteEndObject();
    }

    /// <summary>An object and what it was made of.</summary>
    private readonly record struct Slot(
        ProcessFacts? Process, Attribution Attribution, uint? Uid, string? User, byte[] Json)
    {
        public bool IsOf(ProcessFacts process, SocketFacts socket) =>
            ReferenceEquals(Process, process) && Attribution == socket.Attribution &&
            Uid == socket.Uid && User == socket.User;
    }
}
