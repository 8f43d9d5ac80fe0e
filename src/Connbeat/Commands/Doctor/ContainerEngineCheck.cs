using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.Enrichment.Docker;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>Does the container engine answer, where it is to be asked?</summary>
internal static class ContainerEngineCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "container engine";

    /// <summary>Judges.</summary>
    public static Finding Judge(ContainerEngineFacts facts)
    {
        if (!facts.IsAsked)
        {
            return Finding.Ok(Name, "not asked, as configured (enable_docker: false)");
        }

        return facts.Failure is null
            ? Finding.Ok(Name, $"answers at {facts.Address}")
            : Broken(facts, facts.Failure);
    }

    private static Finding Broken(ContainerEngineFacts facts, string failure)
    {
        if (facts.Address is null)
        {
            return new Finding(Name, Status.Broken, failure)
            {
                Costs = ["connbeat does not start"],
                Mend = ["unset DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH"],
            };
        }

        return new Finding(Name, Status.Broken, $"{facts.Address}: {failure}")
        {
            Costs = ["containers are told by id, without name, image, labels and ports"],
            Mend = facts.IsDenied
                ? [$"sudo usermod -aG docker {ShellWord.Of(facts.User)}"]
                : ["sudo systemctl start docker", "export DOCKER_HOST=unix:///run/podman/podman.sock"],
        };
    }
}

/// <summary>What came of asking the container engine.</summary>
internal sealed record ContainerEngineFacts
{
    /// <summary>Less than a look may take, so that it is this look that says what did not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(600);

    /// <summary>False: it is not to be asked.</summary>
    public required bool IsAsked { get; init; }

    /// <summary>Where it is; null where the environment does not say that in a way that is understood.</summary>
    public string? Address { get; init; }

    /// <summary>Why it does not answer; null where it does.</summary>
    public string? Failure { get; init; }

    /// <summary>True where its socket may not be written to.</summary>
    public bool IsDenied { get; init; }

    /// <summary>Who asked, by name or number.</summary>
    public string User { get; init; } = "root";

    /// <summary>Asks it.</summary>
    public static ContainerEngineFacts Read(ProcReader proc, Patient patient)
    {
        ContainerEngineFacts facts = new() { IsAsked = patient.Options.Enrichment.EnableDocker };
        if (!facts.IsAsked)
        {
            return facts;
        }

        try
        {
            DockerEndpoint endpoint = DockerEndpoint.Read(patient.Environment);
            using DockerApi api = new(endpoint, patient.Time);
            return Ask(api, facts with { User = UserText.Of(ThreadRights.Read(proc).Uid) }, patient.Time);
        }
        catch (ConfigException faulty)
        {
            return facts with { Failure = faulty.Message };
        }
    }

    private static ContainerEngineFacts Ask(DockerApi api, ContainerEngineFacts facts, TimeProvider time)
    {
        using CancellationTokenSource late = new(Patience, time);
        facts = facts with { Address = api.Address };
        try
        {
            api.PingAsync(late.Token).GetAwaiter().GetResult(); // the look has a thread of its own
            return facts;
        }
        catch (DockerException failure)
        {
            return facts with { Failure = failure.Message, IsDenied = IsDenial(failure) };
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return facts with { Failure = $"no answer within {Patience.TotalMilliseconds} ms" };
        }
    }

    private static bool IsDenial(Exception? failure) =>
        failure is not null &&
        (failure is SocketException { SocketErrorCode: SocketError.AccessDenied } || IsDenial(failure.InnerException));
}
