using Connbeat.Enrichment;
using Connbeat.Events;

namespace Connbeat.Tests.Enrichment;

public sealed class CgroupDirectoryTests
{
    private static readonly CgroupFacts Ssh = new("ssh.service", null);

    private readonly CgroupDirectory _cgroups = new();

    [Fact]
    public void A_group_is_asked_for_until_it_is_answered()
    {
        Assert.Null(_cgroups.Find(25));
        Assert.Null(_cgroups.Find(25));
        Assert.True(_cgroups.IsWanted(25));
        Assert.Equal([25ul], _cgroups.Request(1));
        Assert.Equal([25ul], _cgroups.Request(2));

        _cgroups.Apply(new Dictionary<ulong, CgroupFacts?> { [25] = Ssh });

        Assert.Same(Ssh, _cgroups.Find(25));
        Assert.Equal(0, _cgroups.Wanted);
        Assert.Empty(_cgroups.Request(3));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void No_group_and_the_root_of_all_groups_are_never_asked_for(ulong id)
    {
        Assert.Null(_cgroups.Find(id));
        Assert.Equal(0, _cgroups.Wanted);
    }

    [Fact]
    public void One_that_was_not_there_is_asked_for_again_after_a_while()
    {
        _cgroups.Find(25);
        _cgroups.Request(100);
        _cgroups.Apply(new Dictionary<ulong, CgroupFacts?> { [25] = null });
        _cgroups.Request(99 + CgroupDirectory.Pause);
        Assert.Null(_cgroups.Find(25));
        Assert.False(_cgroups.IsWanted(25));

        _cgroups.Request(100 + CgroupDirectory.Pause);
        Assert.Null(_cgroups.Find(25));
        Assert.True(_cgroups.IsWanted(25));
    }

    [Fact]
    public void What_was_known_stays_known_when_the_group_is_gone()
    {
        _cgroups.Find(25);
        _cgroups.Apply(new Dictionary<ulong, CgroupFacts?> { [25] = Ssh });
        _cgroups.Apply(new Dictionary<ulong, CgroupFacts?> { [25] = null });

        Assert.Same(Ssh, _cgroups.Find(25));
    }

    [Fact]
    public void The_oldest_answer_is_forgotten_first_and_no_more_wait_than_may()
    {
        for (ulong id = 2; id < 2 + (2 * CgroupDirectory.Most); id++)
        {
            _cgroups.Find(id);
        }

        Assert.Equal(CgroupDirectory.Most, _cgroups.Wanted);
        for (ulong id = 2; id <= 2 + CgroupDirectory.Most; id++)
        {
            _cgroups.Apply(new Dictionary<ulong, CgroupFacts?> { [id] = Ssh });
        }

        Assert.Null(_cgroups.Find(2));
        Assert.Same(Ssh, _cgroups.Find(3));
        Assert.Same(Ssh, _cgroups.Find(2 + CgroupDirectory.Most));
    }

    [Fact]
    public void What_was_handed_over_does_not_change()
    {
        _cgroups.Find(25);
        IReadOnlySet<ulong> asked = _cgroups.Request(1);
        _cgroups.Find(26);

        Assert.Equal([25ul], asked);
    }
}
