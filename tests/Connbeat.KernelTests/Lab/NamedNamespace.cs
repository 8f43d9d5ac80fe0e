namespace Connbeat.KernelTests.Lab;

/// <summary>
/// A network namespace with a name and without a process, as ip-netns(8) makes them. A test enters it with a
/// <see cref="NetworkNamespaceLab"/> of its own.
/// </summary>
internal sealed class NamedNamespace : IDisposable
{
    private static int _made;

    private bool _isDeleted;

    private NamedNamespace(string name) => Name = name;

    /// <summary>Its name, which no other run of the tests has.</summary>
    public string Name { get; }

    /// <summary>Where it is mounted.</summary>
    public string Path => $"/run/netns/{Name}";

    /// <summary>Makes one.</summary>
    public static NamedNamespace Make() => Make(1)[0];

    /// <summary>Makes several at once.</summary>
    public static NamedNamespace[] Make(int count)
    {
        Assert.SkipUnless(Tests.Shared.UnprivilegedThread.IsRoot, "only root can make network namespaces");
        NamedNamespace[] made =
            [.. Enumerable.Range(0, count).Select(_ => new NamedNamespace(NextName()))];
        IpCommand.Run(made.Select(one => $"netns add {one.Name}"));
        return made;
    }

    /// <summary>Takes their names from them at once; each goes when nothing else holds it.</summary>
    public static void Delete(params NamedNamespace[] namespaces)
    {
        IpCommand.Run(namespaces.Where(one => !one._isDeleted).Select(one => $"netns del {one.Name}"));
        Array.ForEach(namespaces, one => one._isDeleted = true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDeleted)
        {
            Delete(this);
        }
    }

    private static string NextName() => $"connbeat-{OwnMachine.Name}-{Interlocked.Increment(ref _made)}";
}
