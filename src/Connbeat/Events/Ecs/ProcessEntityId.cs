using System.Text;

namespace Connbeat.Events.Ecs;

/// <summary>
/// <c>process.entity_id</c> as Elastic's processor add_session_metadata makes it on Linux: <c>calculateEntityIDv1</c> in
/// x-pack/auditbeat/processors/sessionmd/processdb/db.go of github.com/elastic/beats. It is the base 64 of
/// <c>PID-NAMESPACE__BOOT-ID__PID__START</c>, with the start in whole seconds since 1970.
/// </summary>
/// <remarks>
/// Elastic has two more that cannot be made from outside: Auditbeat's dataset process hashes the id that Elastic gave the
/// host, and Elastic Defend has that of its own agent in it.
/// </remarks>
internal static class ProcessEntityId
{
    /// <summary>The id; null where the kernel does not tell all that is in it.</summary>
    public static string? Of(ProcessFacts process, BootFacts boot)
    {
        if (boot is not { PidNamespace: { } @namespace, Id: { } id, Seconds: { } seconds })
        {
            return null;
        }

        ulong start = (ulong)seconds + (process.StartTicks / (ulong)boot.TicksPerSecond);
        return Convert.ToBase64String(Encoding.ASCII.GetBytes($"{@namespace}__{id}__{process.Pid}__{start}"));
    }
}
