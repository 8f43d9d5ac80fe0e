using Connbeat.Events;
using Connbeat.Events.Ecs;

namespace Connbeat.Processing.Fields;

/// <summary>
/// The fields that conditions can name: those of both schemas, whichever is sent, and the user's own. Where one name has
/// another value in each schema, as <c>network.direction</c> has, the field has both.
/// </summary>
/// <param name="host">What every event says alike.</param>
/// <param name="boot">What process ids mean on this host.</param>
/// <param name="addresses">The host's own addresses, to which those of its sockets are added.</param>
/// <param name="exposeProcesses">False where the user wants no process told: <c>expose_process_info</c>.</param>
internal sealed class FieldTable(HostFacts host, BootFacts boot, LocalAddresses addresses, bool exposeProcesses)
{
    private const string Own = "fields.";

    private readonly ConnbeatFields _connbeat = new(host, addresses, exposeProcesses);
    private readonly EcsFields _ecs = new(host, boot, addresses, exposeProcesses);
    private bool _isAskedForAddresses;

    /// <summary>Takes the addresses of an event, as the encoders do, before it is looked at, if somebody looks at addresses.</summary>
    public void Learn(ConnectionEvent happened)
    {
        if (_isAskedForAddresses)
        {
            addresses.Learn(happened.Socket);
            _connbeat.Learn(happened.Socket);
        }
    }

    /// <summary>The field of that name; null where no event has one.</summary>
    public EventField? Find(string name)
    {
        const string OfEcsOnly = "connbeat.";

        _isAskedForAddresses |= name is "host.ip" || name.EndsWith(".local_ips", StringComparison.Ordinal);
        EventField? connbeat = _connbeat.Find(
            name.StartsWith(OfEcsOnly, StringComparison.Ordinal) ? name[OfEcsOnly.Length..] : name);
        EventField? ecs = _ecs.Find(name);
        return connbeat is not null && ecs is not null ? EventField.Either(connbeat, ecs) : connbeat ?? ecs ?? FindOwn(name);
    }

    private EventField? FindOwn(string name)
    {
        if (name == "tags")
        {
            return EventField.Texts(_ => host.Tags);
        }

        return host.FieldsUnderRoot ? OwnField.Find(name, host.Fields)
            : name.StartsWith(Own, StringComparison.Ordinal) ? OwnField.Find(name[Own.Length..], host.Fields)
            : null;
    }
}
