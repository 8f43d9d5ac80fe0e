using Connbeat.Commands.Doctor;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class ConfigurationCheckTests
{
    private const uint Alice = 1000;

    private static readonly ConfigurationFile Own = new("connbeat.yml", Alice, OthersCanWrite: false);

    private static readonly ConfigurationFacts Facts = new() { Uid = Alice, Files = [Own] };

    [Fact]
    public void Ones_own_files_and_those_of_root_are_as_they_should_be()
    {
        ConfigurationCheck.Judge(Facts with { Files = [Own, new("/etc/more.yml", 0, false)] })
            .IsOk("connbeat.yml, /etc/more.yml");
        ConfigurationCheck.Judge(Facts with { Files = [] }).IsOk("no file; the defaults hold");
    }

    [Fact]
    public void Faults_are_all_told() =>
        ConfigurationCheck.Judge(Facts with { Files = [], Faults = ["connbeat.yml:2: wrong", "connbeat.yml:5: no"] }).Is(
            Status.Broken, "2 faults: connbeat does not start; the rest is judged by the defaults",
            ["connbeat.yml:2: wrong", "connbeat.yml:5: no"], []);

    [Fact]
    public void Warnings_are_a_note() =>
        ConfigurationCheck.Judge(Facts with { Warnings = ["connbeat.yml:3: queue_size has no effect"] }).Is(
            Status.Note, "connbeat.yml", ["connbeat.yml:3: queue_size has no effect"], []);

    [Fact]
    public void A_file_that_others_can_write_is_as_good_as_theirs() =>
        ConfigurationCheck.Judge(Facts with { Files = [Own with { OthersCanWrite = true }] }).Is(
            Status.Degraded, "connbeat.yml; others can write it",
            ["whoever writes it says what connbeat does with its rights"], ["chmod go-w connbeat.yml"]);

    [Fact]
    public void A_file_of_another_user_is_a_note() =>
        ConfigurationCheck.Judge(Facts with { Uid = 0 }).Is(
            Status.Note, "connbeat.yml; uid 1000 owns connbeat.yml",
            ["its owner says what connbeat does with its rights"], ["sudo chown root connbeat.yml"]);

    [Fact]
    public void A_file_is_looked_at_as_it_lies_there()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            ConfigurationFile closed = ConfigurationFile.Read(path);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupWrite);

            Assert.NotNull(closed.Owner);
            Assert.False(closed.OthersCanWrite);
            Assert.Equal(closed with { OthersCanWrite = true }, ConfigurationFile.Read(path));
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Equal(new ConfigurationFile(path, null, false), ConfigurationFile.Read(path));
    }
}
