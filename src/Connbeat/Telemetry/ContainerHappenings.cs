using Microsoft.Extensions.Logging;

namespace Connbeat.Telemetry;

/// <summary>What happens while a container engine is asked. Counts always, logs when it begins. For any thread.</summary>
internal sealed partial class ContainerHappenings(ILogger<ContainerHappenings> logger)
{
    private readonly Lock _gate = new();
    private long _lookedUp;
    private long _lookupsFailed;
    private long _requestsDropped;
    private long _outages;
    private bool _hasAnswered;
    private bool _isAway;
    private bool _isBlind;
    private bool _isFailing;
    private bool _isNameless;
    private bool _isUnresolved;

    /// <summary>Containers that the engine was asked about, and answered.</summary>
    public long LookedUpCount => Interlocked.Read(ref _lookedUp);

    /// <summary>Containers that could not be looked up, each time it was tried.</summary>
    public long LookupsFailed => Interlocked.Read(ref _lookupsFailed);

    /// <summary>Containers that were not looked up because too many others waited.</summary>
    public long RequestsDropped => Interlocked.Read(ref _requestsDropped);

    /// <summary>How often the engine went away.</summary>
    public long Outages => Interlocked.Read(ref _outages);

    /// <summary>The engine answers.</summary>
    public void Answered(string address)
    {
        bool isBack;
        lock (_gate)
        {
            if (_hasAnswered && !_isAway)
            {
                return;
            }

            isBack = _isAway;
            (_hasAnswered, _isAway) = (true, false);
        }

        if (isBack)
        {
            LogBack(logger, address);
        }
        else
        {
            LogAnswers(logger, address);
        }
    }

    /// <summary>The engine does not answer.</summary>
    public void Unreachable(string address, string reason)
    {
        if (Begins(ref _isAway))
        {
            Interlocked.Increment(ref _outages);
            LogUnreachable(logger, address, reason);
        }
    }

    /// <summary>The engine answers, but its events can't be read.</summary>
    public void FollowingFailed(string address, string reason)
    {
        if (Begins(ref _isBlind))
        {
            LogBlind(logger, address, reason);
        }
    }

    /// <summary>An event of the engine's was read.</summary>
    public void EventRead() => Ends(ref _isBlind);

    /// <summary>The engine told of a container, or that it has none such.</summary>
    public void LookedUp(string address)
    {
        Interlocked.Increment(ref _lookedUp);
        Ends(ref _isFailing);
        Answered(address);
    }

    /// <summary>One container could not be looked up; it is tried again.</summary>
    public void LookupFailed(string id, string reason)
    {
        Interlocked.Increment(ref _lookupsFailed);
        if (Begins(ref _isFailing))
        {
            LogLookupFailed(logger, id, reason);
        }
    }

    /// <summary>There was no room for one more container to be looked up.</summary>
    public void RequestDropped()
    {
        if (Interlocked.Increment(ref _requestsDropped) == 1)
        {
            LogRequestDropped(logger);
        }
    }

    /// <summary>The engine does not tell the name of its host.</summary>
    public void HostnameUnknown(string reason)
    {
        if (Begins(ref _isNameless))
        {
            LogHostnameUnknown(logger, reason);
        }
    }

    /// <summary>The name of the engine's host has no address.</summary>
    public void HostUnresolved(string hostname, string reason)
    {
        if (Begins(ref _isUnresolved))
        {
            LogHostUnresolved(logger, hostname, reason);
        }
    }

    /// <summary>A task that asks the engine ended by a fault of connbeat's own.</summary>
    public void Failed(Exception failure) => LogFailed(logger, failure, failure.Message);

    private bool Begins(ref bool state)
    {
        lock (_gate)
        {
            bool begins = !state;
            state = true;
            return begins;
        }
    }

    private void Ends(ref bool state)
    {
        lock (_gate)
        {
            state = false;
        }
    }

    [LoggerMessage(LogLevel.Error,
        "Asking the container engine failed for good, so containers are told by their ids only until connbeat is " +
        "restarted: {Reason}")]
    private static partial void LogFailed(ILogger logger, Exception failure, string reason);

    [LoggerMessage(LogLevel.Information, "Containers are told with what the engine at {Address} says of them.")]
    private static partial void LogAnswers(ILogger logger, string address);

    [LoggerMessage(LogLevel.Information, "The container engine at {Address} answers again.")]
    private static partial void LogBack(ILogger logger, string address);

    [LoggerMessage(LogLevel.Warning,
        "The container engine at {Address} can't be asked: {Reason}. It is tried again; until then new containers are " +
        "told by their ids only, without name, image, labels, ports and environment. DOCKER_HOST names another engine.")]
    private static partial void LogUnreachable(ILogger logger, string address, string reason);

    [LoggerMessage(LogLevel.Warning,
        "The events of the container engine at {Address} can't be followed: {Reason}. It is tried again; until then a " +
        "container that is renamed keeps its old name for up to a minute.")]
    private static partial void LogBlind(ILogger logger, string address, string reason);

    [LoggerMessage(LogLevel.Warning,
        "Container {Id} could not be looked up, and is told by its id only: {Reason}. It is tried again.")]
    private static partial void LogLookupFailed(ILogger logger, string id, string reason);

    [LoggerMessage(LogLevel.Warning,
        "Too many containers wait to be looked up; some are told by their ids only. Said once, counted always.")]
    private static partial void LogRequestDropped(ILogger logger);

    [LoggerMessage(LogLevel.Warning,
        "The container engine does not tell the name of its host: {Reason}. It is asked again; DOCKERHOST_HOSTNAME " +
        "sets one.")]
    private static partial void LogHostnameUnknown(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning,
        "{Hostname}, the container engine's host, can't be resolved, and is told without addresses: {Reason}. It is " +
        "tried again; DOCKERHOST_IP sets one.")]
    private static partial void LogHostUnresolved(ILogger logger, string hostname, string reason);
}
