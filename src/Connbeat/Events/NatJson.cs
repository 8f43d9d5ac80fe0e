namespace Connbeat.Events;

/// <summary>The object <c>nat</c> in <c>network</c>.</summary>
internal static class NatJson
{
    /// <summary>Writes it, unless there is none.</summary>
    public static void Write(this FieldWriter fields, NatFacts? nat)
    {
        if (nat is null)
        {
            return;
        }

        fields.StartObject(FieldNames.Nat);
        if (nat.Local is { } local)
        {
            fields.Address(FieldNames.LocalIp, local.Address);
            fields.Number(FieldNames.LocalPort, local.Port);
        }

        if (nat.Remote is { } remote)
        {
            fields.Address(FieldNames.RemoteIp, remote.Address);
            fields.Number(FieldNames.RemotePort, remote.Port);
        }

        fields.EndObject();
    }
}
