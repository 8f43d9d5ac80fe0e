using Connbeat.Commands.Doctor;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class ContainerEngineCheckTests
{
    private static readonly ContainerEngineFacts Asked = new() { IsAsked = true, Address = "unix:///run/x.sock" };

    [Fact]
    public void One_that_is_not_to_be_asked_is_missed_by_nobody() =>
        ContainerEngineCheck.Judge(new() { IsAsked = false }).IsOk("not asked, as configured (enable_docker: false)");

    [Fact]
    public void One_that_answers_is_as_it_should_be() =>
        ContainerEngineCheck.Judge(Asked).IsOk("answers at unix:///run/x.sock");

    [Fact]
    public void One_that_does_not_leaves_what_was_asked_for_undone() =>
        ContainerEngineCheck.Judge(Asked with { Failure = "there is no such socket" }).Is(
            Status.Broken, "unix:///run/x.sock: there is no such socket",
            ["containers are told by id, without name, image, labels and ports"],
            ["sudo systemctl start docker", "export DOCKER_HOST=unix:///run/podman/podman.sock"]);

    [Fact]
    public void Who_may_not_ask_joins_the_group() => Assert.Equal(
        ["sudo usermod -aG docker alice"],
        ContainerEngineCheck.Judge(Asked with { Failure = "permission denied", IsDenied = true, User = "alice" }).Mend);

    [Fact]
    public void An_environment_that_is_not_understood_keeps_connbeat_from_starting() =>
        ContainerEngineCheck.Judge(new() { IsAsked = true, Failure = "DOCKER_HOST is 'foo'" }).Is(
            Status.Broken, "DOCKER_HOST is 'foo'",
            ["connbeat does not start"], ["unset DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH"]);
}
