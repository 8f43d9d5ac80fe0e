using Connbeat.Events;
using Connbeat.Linux.Bpf;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Enrichment;

/// <summary>
/// What processes that run one program from one start have in common: a process and its copies. Made of what the kernel told
/// when it was started, the first time that it is wanted, or of what /proc showed later.
/// </summary>
internal sealed class KnownProgram
{
    private readonly StartedProgram? _started;
    private bool _isMade;

    /// <summary>Takes over what the kernel told.</summary>
    public KnownProgram(StartedProgram started, ulong cgroup)
    {
        _started = started;
        CgroupId = cgroup;
        Executable = started.Executable;
    }

    /// <summary>Takes over what /proc showed.</summary>
    /// <param name="shown">What it showed.</param>
    /// <param name="at">When, on the boot clock, or a moment later.</param>
    public KnownProgram(ProcessFacts shown, long at)
    {
        _isMade = true;
        ShownAt = at;
        Executable = shown.Executable;
        (CommandLine, Arguments, Environment) = (shown.CommandLine, shown.Arguments, shown.Environment);
        (Unit, Container) = (shown.Unit, shown.Container);
    }

    /// <summary>The control group of version 2 that it was started in; null where that is not known.</summary>
    public ulong? CgroupId { get; }

    /// <summary>When /proc showed it, on the boot clock; null where the kernel told it. It may have been another before.</summary>
    public long? ShownAt { get; }

    /// <summary>Path of the executable.</summary>
    public string? Executable { get; }

    /// <summary>Arguments joined by spaces.</summary>
    public string CommandLine { get; private set; } = "";

    /// <summary>The arguments one by one.</summary>
    public IReadOnlyList<string> Arguments { get; private set; } = [];

    /// <summary>The exposed environment.</summary>
    public IReadOnlyList<string>? Environment { get; private set; }

    /// <summary>The systemd unit.</summary>
    public string? Unit { get; private set; }

    /// <summary>The container.</summary>
    public ContainerFacts? Container { get; private set; }

    /// <summary>Makes what the kernel told readable.</summary>
    /// <param name="exposure">How much of it may be told.</param>
    /// <param name="containers">Where facts of containers come from.</param>
    public KnownProgram Make(ProcessExposure exposure, SharedContainers containers)
    {
        if (_isMade || _started is null)
        {
            return this;
        }

        _isMade = true;
        if (exposure.CommandLine)
        {
            CommandLine = Linux.ProcFs.CommandLine.Parse(
                _started.Arguments, _started.Arguments.Length < _started.ArgumentsLength, out IReadOnlyList<string> arguments,
                exposure.Secrets.Now.FromArguments);
            Arguments = arguments;
        }

        if (_started.ControlGroup is { } group)
        {
            Unit = SystemdUnit.Of(group);
            Container = containers.Of(ContainerCgroup.Of(group));
        }

        return this;
    }

    /// <summary>Takes over the environment, which only /proc shows.</summary>
    public void Complete(ProcessFacts shown) => Environment = shown.Environment;

    /// <summary>Withholds what is to be withheld by now.</summary>
    public void Withhold(SecretRemoval secrets)
    {
        if (_started is not null)
        {
            _isMade = false; // it is made anew, of what was never told
        }
        else
        {
            CommandLine = secrets.FromLine(CommandLine);
            Arguments = [];
        }

        Environment = Environment is { } variables ? [.. variables.Select(secrets.FromVariable)] : null;
    }
}
