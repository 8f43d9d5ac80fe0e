using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class FileTrustTests : IDisposable
{
    private const string Open = "rw-rw-rw-";

    private readonly ConfigDirectory _directory = new();

    public FileTrustTests() => _directory.Write("connbeat.yml", "name: a");

    private string File => _directory.PathOf("connbeat.yml");

    private string NotOwned => $"config file (\"{File}\") must be owned by the beat user (uid=1001) or root";

    private string Writable =>
        $"config file (\"{File}\") can only be writable by the owner but the permissions are " +
        $"\"-{Open}\" (to fix the permissions use: 'chmod go-w {File}')";

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("600", 1001u, false, false)]
    [InlineData("644", 0u, false, false)]
    [InlineData("600", null, false, false)]
    [InlineData("666", 1001u, false, true)]
    [InlineData("600", 1002u, true, false)]
    [InlineData("666", 1002u, true, true)]
    public void A_file_that_others_own_or_can_write_is_warned_about_and_refused_where_the_check_is_strict(
        string mode, uint? owner, bool isForeign, bool isWritable)
    {
        string[] expected = [.. isForeign ? (string[])[NotOwned] : [], .. isWritable ? (string[])[Writable] : []];
        _directory.SetMode("connbeat.yml", (UnixFileMode)Convert.ToInt32(mode, 8));
        FileTrust trust = new() { User = 1001, OwnerOf = _ => owner };

        Assert.Equal(expected, Load(trust).Warnings);
        Assert.Empty(Load(trust with { Check = PermissionCheck.None }).Warnings);
        FileTrust strict = trust with { Check = PermissionCheck.Refuse };
        if (expected is [])
        {
            Assert.Empty(Load(strict).Warnings);
        }
        else
        {
            Assert.Equal(
                expected.Select(message => $"error loading config file: {message}"),
                Assert.Throws<ConfigException>(() => Load(strict)).Faults.Select(fault => fault.ToString()));
        }
    }

    [Fact]
    public void Unless_told_otherwise_nobody_is_asked_for_owners()
    {
        _directory.SetMode("connbeat.yml", (UnixFileMode)Convert.ToInt32("666", 8));

        Assert.Equal([Writable], _directory.LoadFiles(["connbeat.yml"], []).Warnings);
    }

    private LoadedConfig Load(FileTrust trust) => _directory.LoadFiles(["connbeat.yml"], [], trust);
}
