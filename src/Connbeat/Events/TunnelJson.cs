namespace Connbeat.Events;

/// <summary>The object <c>tunnel</c>.</summary>
internal static class TunnelJson
{
    /// <summary>Writes it, unless there is none.</summary>
    public static void Write(this FieldWriter fields, TunnelFacts? tunnel)
    {
        if (tunnel is null)
        {
            return;
        }

        fields.StartObject(FieldNames.Tunnel);
        fields.Text(FieldNames.Child, tunnel.Child);
        fields.Boolean(FieldNames.Expected, tunnel.IsExpected);
        if (tunnel.LocalTs is { } local)
        {
            fields.Texts(FieldNames.LocalTs, local);
        }

        fields.Text(FieldNames.Name, tunnel.Name);
        fields.Boolean(FieldNames.Protected, tunnel.IsProtected);
        if (tunnel.RemoteTs is { } remote)
        {
            fields.Texts(FieldNames.RemoteTs, remote);
        }

        fields.Number(FieldNames.Reqid, tunnel.ReqId);
        fields.Text(FieldNames.State, tunnel.State);
        fields.EndObject();
    }
}
