using Microsoft.Extensions.Logging;

namespace Connbeat.Telemetry;

/// <summary>What happens between strongSwan and those who ask it. Told when it changes, not at each question. For any thread.</summary>
internal sealed partial class StrongSwanHappenings(ILogger<StrongSwanHappenings> logger)
{
    private readonly Lock _gate = new();
    private bool? _answers;
    private string? _configFault;
    private bool _saidLost;

    /// <summary>The daemon has answered.</summary>
    public void Answered(string daemon)
    {
        lock (_gate)
        {
            if (_answers is not true)
            {
                _answers = true;
                LogAnswers(logger, daemon);
            }
        }
    }

    /// <summary>It does not.</summary>
    public void DidNotAnswer(string reason)
    {
        lock (_gate)
        {
            if (_answers is not false)
            {
                _answers = false;
                LogDoesNotAnswer(logger, reason.TrimEnd('.'));
            }
        }
    }

    /// <summary>The configuration was read, with what could not be read of it; null where that is nothing.</summary>
    public void ReadConfig(string? fault)
    {
        lock (_gate)
        {
            if (fault != _configFault && fault is not null)
            {
                LogConfigFault(logger, fault.TrimEnd('.'));
            }

            _configFault = fault;
        }
    }

    /// <summary>More happened to tunnels than could be taken in.</summary>
    public void LostNews()
    {
        lock (_gate)
        {
            if (!_saidLost)
            {
                _saidLost = true;
                LogLostNews(logger);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "More happens to tunnels than events can tell: some of it is not told, now and whenever it happens again.")]
    private static partial void LogLostNews(ILogger logger);

    [LoggerMessage(LogLevel.Information, "strongSwan answers: {Daemon}.")]
    private static partial void LogAnswers(ILogger logger, string daemon);

    [LoggerMessage(LogLevel.Warning, "strongSwan does not answer: {Reason}. It is asked again.")]
    private static partial void LogDoesNotAnswer(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "{Fault}.")]
    private static partial void LogConfigFault(ILogger logger, string fault);
}
