using System.Net.Sockets;

namespace Connbeat.StrongSwan.Vici;

/// <summary>
/// One connection to the daemon: commands one after the other, and events as they come. The first failure ends it, for
/// all who use it and with one reason; it is not opened again.
/// </summary>
internal sealed class ViciSession : IAsyncDisposable
{
    /// <summary>What one command may be answered with, all its events together: sixty thousand CHILD_SAs.</summary>
    public const long LongestAnswer = 32 * 1024 * 1024;

    private readonly ViciStream _stream;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly Action<string, ViciSection> _told;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private volatile Exchange? _exchange;

    private ViciSession(ViciStream stream, TimeSpan timeout, TimeProvider time, Action<string, ViciSection> told)
    {
        _stream = stream;
        _timeout = timeout;
        _time = time;
        _told = told;
        _reading = ReadAsync();
    }

    /// <summary>Completes when the session is over, with the reason.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>Connects.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="timeout">The longest that connecting, or one answer, may take.</param>
    /// <param name="time">Measures it.</param>
    /// <param name="told">Takes each event that was registered for, by its name, in order. It must not throw.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    /// <exception cref="IOException">Nobody answers there.</exception>
    public static async Task<ViciSession> OpenAsync(
        ViciAddress address,
        TimeSpan timeout,
        TimeProvider time,
        Action<string, ViciSection> told,
        CancellationToken cancellationToken) =>
        new(await ViciStream.ConnectAsync(address, timeout, time, cancellationToken), timeout, time, told);

    /// <summary>Asks for an event.</summary>
    /// <returns>False where the daemon has no such event.</returns>
    /// <exception cref="IOException">The session is over.</exception>
    public Task<bool> RegisterAsync(string name, CancellationToken cancellationToken) =>
        InTurnAsync(token => RegisterInTurnAsync(name, ViciPacketType.EventRegister, token), cancellationToken);

    /// <summary>Wants an event no more.</summary>
    /// <returns>False where it was not registered for.</returns>
    /// <exception cref="IOException">The session is over.</exception>
    public Task<bool> UnregisterAsync(string name, CancellationToken cancellationToken) =>
        InTurnAsync(token => RegisterInTurnAsync(name, ViciPacketType.EventUnregister, token), cancellationToken);

    /// <summary>Gives a command that is answered at once.</summary>
    /// <returns>The answer; null where the daemon has no such command.</returns>
    /// <exception cref="IOException">The session is over.</exception>
    public Task<ViciSection?> AskAsync(string command, ViciSection arguments, CancellationToken cancellationToken) =>
        InTurnAsync(token => AskInTurnAsync(command, arguments, new Exchange(null, null), token), cancellationToken);

    /// <summary>Gives a command that is answered by events.</summary>
    /// <param name="command">The command.</param>
    /// <param name="streamed">The event that comes once for each thing that it finds.</param>
    /// <param name="take">Takes the events, in order.</param>
    /// <param name="cancellationToken">Abandons it, and the session with it.</param>
    /// <returns>The answer that ends them; null where the daemon has no such command.</returns>
    /// <exception cref="IOException">The session is over.</exception>
    public Task<ViciSection?> StreamAsync(string command, string streamed, Action<ViciSection> take, CancellationToken cancellationToken) =>
        InTurnAsync<ViciSection?>(async token =>
        {
            if (!await RegisterInTurnAsync(streamed, ViciPacketType.EventRegister, token))
            {
                return null;
            }

            ViciSection? answer = await AskInTurnAsync(command, ViciSection.Empty, new Exchange(streamed, take), token);
            await RegisterInTurnAsync(streamed, ViciPacketType.EventUnregister, token);
            return answer;
        }, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        End("it was closed");
        await _reading;
        _stream.Dispose();
    }

    private async Task<bool> RegisterInTurnAsync(string name, ViciPacketType type, CancellationToken cancellationToken)
    {
        ViciPacket answer = await ExchangeAsync(new ViciPacket(type, name, ViciSection.Empty), new Exchange(null, null), cancellationToken);
        return answer.Type switch
        {
            ViciPacketType.EventConfirm => true,
            ViciPacketType.EventUnknown => false,
            _ => throw new WireFormatException($"{type} of {name} was answered with {answer.Type}"),
        };
    }

    private async Task<ViciSection?> AskInTurnAsync(
        string command, ViciSection arguments, Exchange exchange, CancellationToken cancellationToken)
    {
        ViciPacket answer = await ExchangeAsync(
            new ViciPacket(ViciPacketType.CommandRequest, command, arguments), exchange, cancellationToken);
        return answer.Type switch
        {
            ViciPacketType.CommandResponse => answer.Message,
            ViciPacketType.CommandUnknown => null,
            _ => throw new WireFormatException($"{command} was answered with {answer.Type}"),
        };
    }

    /// <summary>Has the connection for one command. Whatever fails ends the session: what is answered next would not fit what is asked.</summary>
    private async Task<T> InTurnAsync<T>(Func<CancellationToken, Task<T>> doAsync, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(_timeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        bool isMine = false;
        try
        {
            await _turn.WaitAsync(either.Token);
            isMine = true;
            return await doAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException(End($"it did not answer within {_timeout.TotalSeconds} s"));
        }
        catch (OperationCanceledException)
        {
            End("it did not answer in time");
            throw;
        }
        catch (Exception failure) when (failure is WireFormatException or SocketException or ObjectDisposedException)
        {
            throw new IOException(End(failure.Message), failure);
        }
        finally
        {
            if (isMine)
            {
                _turn.Release();
            }
        }
    }

    private async Task<ViciPacket> ExchangeAsync(ViciPacket request, Exchange exchange, CancellationToken cancellationToken)
    {
        _exchange = exchange;
        if (_ended.Task.IsCompleted)
        {
            throw new IOException(await _ended.Task);
        }

        try
        {
            await _stream.SendAsync(request, cancellationToken);
            return await exchange.Answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _exchange = null;
        }
    }

    /// <summary>The one who reads. Ends with the session.</summary>
    private async Task ReadAsync()
    {
        try
        {
            while (await _stream.ReadAsync() is var (packet, size))
            {
                Take(packet, size);
            }

            End("the daemon closed the connection");
        }
        catch (Exception failure) when (failure is WireFormatException or SocketException or ObjectDisposedException)
        {
            End(failure.Message);
        }
    }

    private void Take(ViciPacket packet, int size)
    {
        Exchange? exchange = _exchange;
        if (packet.Type is ViciPacketType.Event)
        {
            if (exchange?.Streamed == packet.Name)
            {
                exchange.Take(packet.Message, size);
            }
            else
            {
                _told(packet.Name, packet.Message);
            }

            return;
        }

        if (exchange is null || !exchange.Answer.TrySetResult(packet))
        {
            throw new WireFormatException($"{packet.Type} came, and nobody had asked");
        }
    }

    /// <returns>The reason that the session ended for, which is the first that was given.</returns>
    private string End(string reason)
    {
        if (_ended.TrySetResult(reason))
        {
            _stream.End(); // the reader wakes up
        }

        string first = _ended.Task.Result;
        _exchange?.Answer.TrySetException(new IOException(first));
        return first;
    }

    /// <summary>A command that waits for its answer.</summary>
    private sealed class Exchange(string? streamed, Action<ViciSection>? take)
    {
        private long _size;

        public TaskCompletionSource<ViciPacket> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string? Streamed { get; } = streamed;

        public void Take(ViciSection section, int size)
        {
            _size += size;
            if (_size > LongestAnswer)
            {
                throw new WireFormatException($"more than {LongestAnswer} bytes of {Streamed}");
            }

            take!(section);
        }
    }
}
