using System.Net;
using System.Threading.Channels;
using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Telemetry;

namespace Connbeat.Enrichment.Docker;

/// <summary>
/// Asks a container engine about containers, in tasks of its own, and goes on telling what changes about those that were
/// asked for. It only reads. An engine that is not there costs names, never connections: it is tried again.
/// </summary>
internal sealed class DockerEngine : IAsyncDisposable
{
    /// <summary>So that a container whose look-up hangs in the engine does not hold up the others.</summary>
    private const int LookupsAtOnce = 4;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWaitForHost = TimeSpan.FromMinutes(15);

    private readonly DockerApi _api;
    private readonly EngineHost _host;
    private readonly HashSet<string> _variables;
    private readonly SecretsInForce _secrets;
    private readonly ChannelWriter<ContainerNews> _answers;
    private readonly ContainerHappenings _happenings;
    private readonly TimeProvider _time;
    private readonly Lookups _lookups;
    private readonly TaskCompletionSource _hostWasAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    /// <summary>Starts the tasks.</summary>
    /// <param name="api">Where to ask; disposed with this.</param>
    /// <param name="host">The engine's machine.</param>
    /// <param name="variables">Which variables of a container's environment are told; case matters.</param>
    /// <param name="secrets">What is not told of them, nor of labels.</param>
    /// <param name="answers">Takes what is learned. Where it is full, this waits.</param>
    /// <param name="happenings">Where failures are told.</param>
    /// <param name="time">Times the attempts.</param>
    public DockerEngine(
        DockerApi api,
        EngineHost host,
        IReadOnlyList<string> variables,
        SecretsInForce secrets,
        ChannelWriter<ContainerNews> answers,
        ContainerHappenings happenings,
        TimeProvider time)
    {
        _api = api;
        _host = host;
        _variables = variables.ToHashSet(StringComparer.Ordinal);
        _secrets = secrets;
        _answers = answers;
        _happenings = happenings;
        _time = time;
        _lookups = new Lookups(ContainerDirectory.Capacity, time);
        _running = Task.WhenAll(
        [
            Task.Run(() => RunAsync(FollowAsync)),
            Task.Run(() => RunAsync(LearnHostAsync)),
            .. Enumerable.Range(0, LookupsAtOnce).Select(_ => Task.Run(() => RunAsync(AnswerAsync))),
        ]);
    }

    /// <summary>Starts to ask the engine that the environment names.</summary>
    /// <param name="variables">Which variables of a container's environment are told; case matters.</param>
    /// <param name="secrets">What is not told of them, nor of labels.</param>
    /// <param name="environment">The agent's own: DOCKER_HOST and the like, DOCKERHOST_HOSTNAME, DOCKERHOST_IP.</param>
    /// <param name="answers">Takes what is learned.</param>
    /// <param name="happenings">Where failures are told.</param>
    /// <param name="time">Times the attempts.</param>
    /// <exception cref="ConfigException">DOCKER_HOST is not understood, or the certificates can't be read.</exception>
    public static DockerEngine Start(
        IReadOnlyList<string> variables,
        SecretsInForce secrets,
        Func<string, string?> environment,
        ChannelWriter<ContainerNews> answers,
        ContainerHappenings happenings,
        TimeProvider time)
    {
        DockerApi api = new(DockerEndpoint.Read(environment), time);
        EngineHost host = new(api, environment, Dns.GetHostAddressesAsync, happenings, time);
        return new DockerEngine(api, host, variables, secrets, answers, happenings, time);
    }

    /// <summary>
    /// Asks for a container; its news come once it is looked up, and again whenever they may have changed. News without
    /// details come where the engine has no such container, or can't be asked for now. Never blocks.
    /// </summary>
    public void Request(string id)
    {
        if (!_lookups.Request(id))
        {
            _happenings.RequestDropped();
            _answers.TryWrite(new ContainerNews(id, null));
        }
    }

    /// <summary>Asks again for all that was asked for.</summary>
    public void RefreshAll() => _lookups.RefreshAll();

    /// <summary>Abandons what is under way; closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _lookups.Dispose();
        _api.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped as asked.
        }
        catch (ChannelClosedException)
        {
            // Nobody takes answers any more.
        }
        catch (Exception failure)
        {
            _happenings.Failed(failure);
        }
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        int failures = 0;
        while (true)
        {
            long began = _time.GetTimestamp();
            try
            {
                await FollowOnceAsync(stop);
            }
            catch (DockerException failure) when (failure.Kind == DockerFailure.Unreachable)
            {
                _happenings.Unreachable(_api.Address, failure.Message);
            }
            catch (DockerException failure) when (failure.Kind == DockerFailure.NoAnswer)
            {
                // The stream broke off, as it does when the engine ends. Is it there? The next round asks.
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                _happenings.FollowingFailed(_api.Address, failure.Message);
            }

            _hostWasAsked.TrySetResult();
            failures = _time.GetElapsedTime(began) >= LongestWait ? 1 : failures + 1;
            await Task.Delay(Backoff.After(failures, LongestWait), _time, stop);
        }
    }

    /// <summary>From the moment that the engine answers to the end of its events.</summary>
    private async Task FollowOnceAsync(CancellationToken stop)
    {
        // Engines keep their latest events and tell them again: none is missed before the stream begins.
        DateTimeOffset since = _time.GetUtcNow() - TimeSpan.FromSeconds(1);
        try
        {
            await _api.PingAsync(stop);
        }
        catch (DockerException failure)
        {
            _happenings.Unreachable(_api.Address, failure.Message);
            return;
        }

        _happenings.Answered(_api.Address);
        await _host.LearnAsync(stop);
        _hostWasAsked.TrySetResult();
        _lookups.RefreshAll(); // what happened while nobody listened
        using DockerEvents events = await _api.FollowAsync(since, stop);
        while (await events.ReadAsync(stop) is { } told)
        {
            _happenings.EventRead();
            Heed(told);
        }
    }

    private void Heed(DockerEvent told)
    {
        if (told.Container is not { } id)
        {
            return;
        }

        if (told.IsEnd)
        {
            _lookups.Forget(id);
        }
        else
        {
            _lookups.Refresh(id);
        }
    }

    private async Task LearnHostAsync(CancellationToken stop)
    {
        await _hostWasAsked.Task.WaitAsync(stop);

        // From about a minute on: a resolver seldom learns a name within seconds, and each question of it is traffic that
        // connbeat itself would tell.
        for (int failures = 7; !_host.IsComplete; failures++)
        {
            await Task.Delay(Backoff.After(failures, LongestWaitForHost), _time, stop);
            if (await _host.LearnAsync(stop))
            {
                _lookups.RefreshAll();
            }
        }
    }

    private async Task AnswerAsync(CancellationToken stop)
    {
        await _hostWasAsked.Task.WaitAsync(stop); // so that the first answers can name the host
        while (true)
        {
            string id = await _lookups.TakeAsync(stop);
            try
            {
                await LookUpAsync(id, stop);
            }
            catch (Exception failure) when (!stop.IsCancellationRequested && failure is not ChannelClosedException)
            {
                await TellFailureAsync(id, failure, stop);
            }
        }
    }

    private async Task LookUpAsync(string id, CancellationToken stop)
    {
        ContainerInspection? inspection = await _api.InspectAsync(id, _variables, stop);
        if (inspection is null)
        {
            await _answers.WriteAsync(new ContainerNews(id, null), stop);
            _lookups.Unknown(id);
        }
        else
        {
            SecretRemoval secrets = _secrets.Now;
            ContainerDetails details = secrets.Of(inspection.ToDetails(await ImageAsync(id, stop), _host.Known));
            await _answers.WriteAsync(new ContainerNews(id, details) { Secrets = secrets }, stop);
            _lookups.Found(id);
        }

        _happenings.LookedUp(_api.Address);
    }

    private async Task<string?> ImageAsync(string id, CancellationToken stop)
    {
        try
        {
            return await _api.ImageAsync(id, stop);
        }
        catch (DockerException)
        {
            return null; // the inspection names one too
        }
    }

    /// <summary>Tells that there are no details for now, so that no event waits for them.</summary>
    private async Task TellFailureAsync(string id, Exception failure, CancellationToken stop)
    {
        IReadOnlyList<string> others = [];
        if (failure is DockerException { Kind: DockerFailure.Unreachable })
        {
            _happenings.Unreachable(_api.Address, failure.Message);
            others = _lookups.FailWaiting();
        }
        else
        {
            _happenings.LookupFailed(id, failure.Message);
        }

        foreach (string failed in others.Prepend(id))
        {
            await _answers.WriteAsync(new ContainerNews(failed, null), stop);
        }

        _lookups.Failed(id);
    }
}
