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

    /// <summary>The environment where it is not told, as the original has it.</summary>
    public static readonly IReadOnlyList<string> NotExposed = [""];

    private readonly Slot[] _kept = new Slot[Slots];

    /// <summary>What stands for the binary of a process that is not known, as the original has it.</summary>
    public static string BinaryOfUnknown(bool exposed, uint inode) =>
        exposed ? $"Unknown process with inode {inode}" : $"Process with inode {inode}";

    /// <summary>Writes the object for the owner of <paramref name="socket"/>.</summary>
    public void Write(FieldWriter fields, SocketFacts socket)
    {
        if (!exposed || socket.Process is not { } process)
        {
            WriteUnknown(fields, socket);
        }
        else if (fields.Shows(FieldNames.LocalProcess))
        {
            fields.Value(FieldNames.LocalProcess, Of(process, socket));
        }
    }

    private EncodedValue Of(ProcessFacts process, SocketFacts socket)
    {
        ref Slot slot = ref _kept[process.Pid & (Slots - 1)];
        if (slot.IsOf(process, socket))
        {
            return slot.Value!;
        }

        EncodedValue encoded = new(Encode(process, socket));
        if (encoded.Json.Length <= LongestKept)
        {
            slot = new Slot(process, socket.Attribution, socket.Uid, socket.User, encoded);
        }

        return encoded;
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

    private void WriteUnknown(FieldWriter fields, SocketFacts socket)
    {
        fields.StartObject(FieldNames.LocalProcess);
        fields.Text(FieldNames.Attribution, FieldValues.Of(socket.Attribution));
        fields.Text(FieldNames.Binary, BinaryOfUnknown(exposed, socket.Inode));
        fields.Text(FieldNames.Cmdline, "");
        fields.Texts(FieldNames.Environ, NotExposed);
        fields.Number(FieldNames.Uid, socket.Uid);
        fields.Text(FieldNames.Unit, exposed ? socket.Unit : null);
        fields.Text(FieldNames.User, socket.User);
        fields.EndObject();
    }

    /// <summary>An object and what it was made of.</summary>
    private readonly record struct Slot(
        ProcessFacts? Process, Attribution Attribution, uint? Uid, string? User, EncodedValue? Value)
    {
        public bool IsOf(ProcessFacts process, SocketFacts socket) =>
            ReferenceEquals(Process, process) && Attribution == socket.Attribution &&
            Uid == socket.Uid && User == socket.User;
    }
}
