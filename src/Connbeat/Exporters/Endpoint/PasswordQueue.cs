using Connbeat.Linux;

namespace Connbeat.Exporters.Endpoint;

/// <summary>
/// Has one password checked at a time, for a hash is dear by design. Few may wait for that, and fewer of one network: whoever
/// guesses takes neither the processor nor the places of others. Any thread.
/// </summary>
internal sealed class PasswordQueue : IDisposable
{
    /// <summary>How many may be in it, the one that is checked among them: some seconds of somebody's time.</summary>
    public const int MostOfAll = 32;

    /// <summary>How many of one address of IPv4, or one /64 of IPv6.</summary>
    public const int MostOfOne = 8;

    /// <summary>The one of this process: all its pages have the same processor.</summary>
    public static readonly PasswordQueue Shared = new();

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _guard = new();
    private readonly List<InetAddress> _waiting = [];

    /// <summary>Has a password checked in its turn.</summary>
    /// <param name="from">Who sent it; the one of all zeroes for whoever comes by a unix socket.</param>
    /// <param name="check">Checks it, on a thread that it may keep.</param>
    /// <param name="cancellationToken">Abandons it while it waits.</param>
    /// <returns>What the check says; null where too many wait already, at once.</returns>
    public async Task<bool?> CheckAsync(InetAddress from, Func<bool> check, CancellationToken cancellationToken)
    {
        lock (_guard)
        {
            if (_waiting.Count >= MostOfAll || _waiting.Count(other => other.BeginsLike(from, from.IsIPv4 ? 128 : 64)) >= MostOfOne)
            {
                return null;
            }

            _waiting.Add(from);
        }

        try
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                return await Task.Run(check, CancellationToken.None);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            lock (_guard)
            {
                _waiting.Remove(from);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
