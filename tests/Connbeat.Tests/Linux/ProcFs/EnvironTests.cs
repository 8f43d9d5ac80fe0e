using System.Text;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class EnvironTests
{
    private static readonly byte[] Content =
        Encoding.UTF8.GetBytes("PATH=/bin:/sbin\0\0EMPTY=\0rubbish\0=odd\0LANG=C=D\0");

    [Fact]
    public void Everything_that_has_a_name_is_told() =>
        Assert.Equal(["PATH=/bin:/sbin", "EMPTY=", "LANG=C=D"], Environ.Parse(Content, names: null));

    [Fact]
    public void Only_the_named_variables_are_told() =>
        Assert.Equal(["LANG=C=D"], Environ.Parse(Content, new HashSet<string> { "LANG", "PAT", "rubbish" }));

    [Fact]
    public void A_variable_that_is_cut_is_not_told()
    {
        string longest = "B=" + new string('x', Environ.Longest);
        byte[] content = Encoding.UTF8.GetBytes("A=1\0" + longest)[..(Environ.Longest + 1)];

        Assert.Equal(["A=1"], Environ.Parse(content, names: null));
    }

    [Fact]
    public void Damaged_bytes_give_variables_with_names()
    {
        foreach (byte[] damaged in Damage.Of(Content))
        {
            Assert.All(Environ.Parse(damaged, names: null), variable => Assert.True(variable.IndexOf('=') > 0));
        }
    }
}
