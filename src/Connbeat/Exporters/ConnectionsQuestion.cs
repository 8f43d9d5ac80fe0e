using System.Globalization;
using Connbeat.Tracking;

namespace Connbeat.Exporters;

/// <summary>Which sockets somebody wants to know of, a page at a time.</summary>
/// <param name="Filter">Which.</param>
/// <param name="Limit">How many a page may have.</param>
/// <param name="After">The last of the page before; null for the first page.</param>
/// <param name="IsOfAGuest">True where nobody knows who asks: other users' sockets, command lines and environments are not for them.</param>
internal sealed record ConnectionsQuestion(SocketFilter Filter, int Limit, SocketKey? After, bool IsOfAGuest)
{
    /// <summary>The most that a page may have.</summary>
    public const int MostOnAPage = 10_000;

    /// <summary>How a place between two pages is written.</summary>
    public static string Format(SocketKey place) => string.Create(CultureInfo.InvariantCulture, $"{place.Namespace:x8}{place.Cookie:x16}");

    /// <summary>Reads a place between two pages.</summary>
    public static bool TryParse(string text, out SocketKey place)
    {
        ulong cookie = 0;
        bool isUnderstood = uint.TryParse(text.AsSpan(0, int.Min(8, text.Length)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint id) &&
            text.Length == 24 &&
            ulong.TryParse(text.AsSpan(8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out cookie);
        place = new SocketKey(id, cookie);
        return isUnderstood;
    }
}

/// <summary>What there is to say to it.</summary>
/// <param name="Objects">An object in JSON for each socket, with commas between them.</param>
/// <param name="Total">How many sockets there are that were asked for, on all pages.</param>
/// <param name="Next">Where the next page begins; null where this is the last.</param>
internal sealed record ConnectionsPage(ReadOnlyMemory<byte> Objects, int Total, SocketKey? Next);

/// <summary>Asks whoever knows the connections.</summary>
/// <returns>Null where too many ask at once, or nobody answers any more.</returns>
internal delegate Task<ConnectionsPage?> AskForConnections(ConnectionsQuestion question, CancellationToken cancellationToken);
