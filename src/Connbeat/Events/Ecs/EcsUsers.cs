namespace Connbeat.Events.Ecs;

/// <summary>The users of sockets. A host has few, so a table of fixed size keeps the latest of each slot.</summary>
/// <param name="exposed">False where the user wants no process told: <c>expose_process_info</c>.</param>
internal sealed class EcsUsers(bool exposed)
{
    private const int Slots = 256; // a power of two

    private readonly EcsUser?[] _kept = new EcsUser?[Slots];

    /// <summary>Number and name of the user of the process that has a socket, else of the socket.</summary>
    public static (uint? Id, string? Name) UserOf(SocketFacts socket, bool exposed)
    {
        // The user of a process and the user of its socket may be two: number and name come from one of them.
        return exposed && socket.Process is { } process && (process.Uid is not null || process.User is not null)
            ? (process.Uid, process.User)
            : (socket.Uid, socket.User);
    }

    /// <summary>The user of the process that has a socket, else of the socket; null where neither is known.</summary>
    public EcsUser? Of(SocketFacts socket)
    {
        (uint? id, string? name) = UserOf(socket, exposed);
        if (id is null && name is null)
        {
            return null;
        }

        ref EcsUser? slot = ref _kept[(int)(id ?? 0) & (Slots - 1)];
        if (slot is null || !slot.Is(id, name))
        {
            slot = new EcsUser(id, name);
        }

        return slot;
    }
}
