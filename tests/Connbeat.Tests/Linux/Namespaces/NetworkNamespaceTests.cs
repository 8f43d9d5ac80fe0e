using System.Text;
using Connbeat.Linux.Namespaces;

namespace Connbeat.Tests.Linux.Namespaces;

public sealed class NetworkNamespaceTests
{
    [Fact]
    public void The_link_of_a_thread_names_the_namespace_it_is_in()
    {
        string target = new FileInfo("/proc/thread-self/ns/net").LinkTarget!;

        Assert.True(NetworkNamespace.TryParse(Encoding.UTF8.GetBytes(target), out uint id));
        Assert.Equal(NetworkNamespace.Current(), id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("net:[")]
    [InlineData("net:[]")]
    [InlineData("net:[4026531840")]
    [InlineData("net:[4026531840]x")]
    [InlineData("net:[4294967296]")]
    [InlineData("net:[-1]")]
    [InlineData("mnt:[4026531840]")]
    public void Anything_else_is_none(string text) =>
        Assert.False(NetworkNamespace.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
