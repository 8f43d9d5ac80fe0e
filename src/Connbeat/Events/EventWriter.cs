using System.Buffers;
using System.Text.Json;

namespace Connbeat.Events;

/// <summary>
/// What an encoder writes one event after the other with: the keys at the root come in their alphabetical order, and the
/// user's own fields come in between.
/// </summary>
internal sealed class EventWriter : IDisposable
{
    private readonly UserFields _user;
    private readonly Utf8JsonWriter _json = new(Stream.Null, EventJson.Options);
    private readonly RecentCommunityIds _recentIds = new();
    private readonly byte[] _communityId = new byte[CommunityId.Length];
    private bool _hasCommunityId;

    /// <summary>Prepares for the events of a host.</summary>
    /// <param name="host">Whose fields.</param>
    /// <param name="isOwn">True for a name at the root of events that the user's own fields cannot have.</param>
    public EventWriter(HostFacts host, Func<string, bool> isOwn)
    {
        _user = new UserFields(host, isOwn);
        Fields = new FieldWriter(_json);
    }

    /// <summary>Writes inside of what stands at the root.</summary>
    public FieldWriter Fields { get; }

    /// <inheritdoc cref="IEventEncoder.LastCommunityId"/>
    public ReadOnlySpan<byte> LastCommunityId => _hasCommunityId ? _communityId : [];

    /// <summary>Begins an event.</summary>
    public void Begin(IBufferWriter<byte> destination, FieldMask? mask)
    {
        _json.Reset(destination);
        Fields.Begin(mask);
        _user.Begin();
        _hasCommunityId = false;
        _json.WriteStartObject();
    }

    /// <summary>The writer, after the user's fields that come before <paramref name="own"/>, the event's next at the root.</summary>
    public FieldWriter UpTo(FieldName own)
    {
        if (_user.AreWaiting)
        {
            _user.WriteBefore(Fields, own);
        }

        return Fields;
    }

    /// <summary>The community id of a connection, which is the event's from then on.</summary>
    public ReadOnlySpan<byte> Identify(SocketFacts socket)
    {
        _recentIds.Of(socket.Transport, socket.Tuple).CopyTo(_communityId);
        _hasCommunityId = true;
        return _communityId;
    }

    /// <summary>Ends the event.</summary>
    public void End()
    {
        _user.WriteRest(Fields);
        _json.WriteEndObject();
        _json.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();
}
