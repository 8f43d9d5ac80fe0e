using System.Buffers;
using System.Text.Json;

namespace Connbeat.Events;

/// <summary>
/// What an encoder writes one event after the other with: the keys at the root come in their alphabetical order, and the
/// user's own fields come in between.
/// </summary>
/// <param name="host">Whose fields.</param>
/// <param name="isOwn">True for a name at the root of events that the user's own fields cannot have.</param>
internal sealed class EventWriter(HostFacts host, Func<string, bool> isOwn) : IDisposable
{
    private readonly UserFields _user = new(host, isOwn);
    private readonly byte[] _communityId = new byte[CommunityId.Length];
    private bool _hasCommunityId;

    /// <summary>Writes inside of what stands at the root.</summary>
    public Utf8JsonWriter Json { get; } = new(Stream.Null, EventJson.Options);

    /// <inheritdoc cref="IEventEncoder.LastCommunityId"/>
    public ReadOnlySpan<byte> LastCommunityId => _hasCommunityId ? _communityId : [];

    /// <summary>Begins an event.</summary>
    public void Begin(IBufferWriter<byte> destination)
    {
        Json.Reset(destination);
        _user.Begin();
        _hasCommunityId = false;
        Json.WriteStartObject();
    }

    /// <summary>The writer, after the user's fields that come before <paramref name="own"/>, the event's next at the root.</summary>
    public Utf8JsonWriter UpTo(JsonEncodedText own)
    {
        if (_user.AreWaiting)
        {
            _user.WriteBefore(Json, own);
        }

        return Json;
    }

    /// <summary>The community id of a connection, which is the event's from then on.</summary>
    public ReadOnlySpan<byte> Identify(SocketFacts socket)
    {
        CommunityId.Write(socket.Transport, socket.Tuple, _communityId);
        _hasCommunityId = true;
        return _communityId;
    }

    /// <summary>Ends the event.</summary>
    public void End()
    {
        _user.WriteRest(Json);
        Json.WriteEndObject();
        Json.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => Json.Dispose();
}
