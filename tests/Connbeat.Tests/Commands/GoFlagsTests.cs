using System.CommandLine;
using Connbeat.Commands;

namespace Connbeat.Tests.Commands;

public sealed class GoFlagsTests
{
    [Theory]
    [InlineData("--c a.yml", "-c a.yml")]
    [InlineData("-config=a.yml", "--config=a.yml")]
    [InlineData("--strict.perms", "-strict.perms")]
    [InlineData("-strict.perms=false", "-strict.perms=false")]
    [InlineData("--strict.perms=F", "-strict.perms=false")]
    [InlineData("-strict.perms=0 -e=1 -v=TRUE", "-strict.perms=false -e=true -v=true")]
    [InlineData("-E=a=1 -d=1", "-E=a=1 -d=1")]
    [InlineData("-e=maybe", "-e=maybe")]
    [InlineData("-path.home=/x --path.logs /y -setup=1", "-path.home=/x -path.logs /y -setup=true")]
    [InlineData("-x=1 --y", "-x=1 --y")]
    [InlineData("-- --c", "-- --c")]
    public void Flags_are_understood_as_go_programs_do(string written, string normalized)
    {
        RootCommand root = new();
        new RunFlags().AddTo(root);

        Assert.Equal(normalized.Split(' '), GoFlags.Normalize(written.Split(' '), root));
    }
}
