using Connbeat.Enrichment;
using Connbeat.Events;

namespace Connbeat.Tests.Enrichment;

public sealed class ProcessDirectoryTests
{
    private readonly ProcessDirectory _directory = new();

    [Fact]
    public void A_holder_is_found_by_inode()
    {
        Tell(Some.Sighting(766, 10, 7619, 7620));

        Assert.Equal(766, Owner(7619));
        Assert.Equal(766, Owner(7620));
        Assert.Null(Owner(7621));
    }

    [Fact]
    public void Of_several_the_oldest_owns_it_whoever_was_told_first()
    {
        Tell(Some.Sighting(30, 300, 5), Some.Sighting(10, 100, 5), Some.Sighting(20, 200, 5));

        Assert.Equal(10, Owner(5));
        Assert.Equal(10, Owner(5, OwnerRule.Inbound(null)));
    }

    [Fact]
    public void An_accepted_connection_belongs_to_the_oldest_that_does_not_own_the_listener()
    {
        Tell(Some.Sighting(10, 100, 5), Some.Sighting(30, 300, 5), Some.Sighting(20, 200, 5));

        Assert.Equal(20, Owner(5, OwnerRule.Inbound(10)));
        Assert.Equal(10, Owner(5, OwnerRule.Inbound(20)));
    }

    [Fact]
    public void An_accepted_connection_that_only_the_listeners_owner_holds_is_its_own()
    {
        Tell(Some.Sighting(10, 100, 5));

        Assert.Equal(10, Owner(5, OwnerRule.Inbound(10)));
    }

    [Fact]
    public void The_lower_pid_is_older_where_the_starts_are_equal()
    {
        Tell(Some.Sighting(12, 100, 5), Some.Sighting(11, 100, 5));

        Assert.Equal(11, Owner(5));
    }

    [Fact]
    public void What_a_holder_gives_up_stays_with_the_others()
    {
        Tell(Some.Sighting(10, 100, 5, 6), Some.Sighting(20, 200, 5), Some.Sighting(30, 300, 5));

        Tell(Some.Sighting(10, 100, 6));
        Assert.Equal(20, Owner(5));

        Forget(new ProcessKey(20, 200));
        Assert.Equal(30, Owner(5));
        Assert.Equal(10, Owner(6));

        Forget(new ProcessKey(30, 300));
        Assert.Null(Owner(5));
    }

    [Fact]
    public void The_end_of_an_earlier_process_with_the_same_pid_changes_nothing()
    {
        Tell(Some.Sighting(10, 200, 5));

        Forget(new ProcessKey(10, 100));

        Assert.Equal(10, Owner(5));
    }

    [Fact]
    public void Another_process_with_the_same_pid_takes_nothing_over()
    {
        Tell(Some.Sighting(10, 100, 5));

        Tell(Some.Sighting(10, 200, 6));

        Assert.Null(Owner(5));
        Assert.Equal(10, Owner(6));
    }

    [Fact]
    public void New_facts_are_found_from_then_on()
    {
        ProcessSighting before = Some.Sighting(10, 100, 5);
        Tell(before);

        Tell(before with { Facts = before.Facts with { Name = "renamed" } });

        Assert.True(_directory.TryFindOwner(5, OwnerRule.Listener, out ProcessFacts? owner));
        Assert.Equal("renamed", owner.Name);
    }

    [Fact]
    public void The_version_moves_only_with_what_can_be_found()
    {
        ProcessSighting sighting = Some.Sighting(10, 100, 5);
        Tell(sighting);
        long version = _directory.Version;

        Tell();
        Tell(sighting);
        Tell(new ProcessSighting(sighting.Facts, [5]));
        Forget(new ProcessKey(11, 100));
        Assert.Equal(version, _directory.Version);

        Tell(new ProcessSighting(sighting.Facts, [5, 6]));
        Assert.Equal(version + 1, _directory.Version);

        Forget(new ProcessKey(10, 100));
        Assert.Equal(version + 2, _directory.Version);
    }

    [Fact]
    public void A_scanner_that_began_anew_is_all_there_is()
    {
        Tell(Some.Sighting(10, 100, 5), Some.Sighting(20, 200, 6));

        _directory.Apply(new ProcessScan { Fresh = true, Sightings = [Some.Sighting(20, 200, 6)] });

        Assert.Null(Owner(5));
        Assert.Equal(20, Owner(6));
        Assert.Equal(1, _directory.Processes);
    }

    [Fact]
    public void Random_scans_agree_with_a_plain_model()
    {
        const int Seed = 20_26;

        Random random = new(Seed);
        Dictionary<int, ProcessSighting> model = [];
        for (int round = 0; round < 20_000; round++)
        {
            int pid = random.Next(1, 6);
            if (random.Next(4) == 0 && model.Remove(pid, out ProcessSighting? gone))
            {
                Forget(new ProcessKey(pid, gone.Facts.StartTicks));
            }
            else
            {
                IEnumerable<uint> sockets = ((uint[])[1, 2, 3, 4, 5, 6]).Where(_ => random.Next(2) == 0);
                model[pid] = Some.Sighting(pid, (ulong)random.Next(1, 3), [.. sockets, 99]);
                Tell(model[pid]);
            }

            uint wanted = (uint)random.Next(1, 7);
            int? listener = random.Next(3) == 0 ? null : random.Next(1, 6);
            ProcessFacts? expected = model.Values
                .Where(process => process.SocketInodes.Contains(wanted))
                .Select(process => process.Facts)
                .OrderBy(facts => facts.Pid == listener).ThenBy(facts => facts.StartTicks).ThenBy(facts => facts.Pid)
                .FirstOrDefault();
            Assert.Equal(expected?.Pid, Owner(wanted, OwnerRule.Inbound(listener)));
        }
    }

    [Fact]
    public void Two_hundred_thousand_sockets_take_some_ten_megabytes()
    {
        ProcessSighting[] sightings =
        [
            .. Enumerable.Range(1, 200).Select(pid => Some.Sighting(
                pid, 1, [.. Enumerable.Range(pid * 1000, 1000).Select(inode => (uint)inode)])),
        ];
        long before = GC.GetAllocatedBytesForCurrentThread();

        Tell(sightings);

        // Tables double as they grow: what they threw away on the way is as much again as what they are.
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(200_000, _directory.Sockets);
        Assert.InRange(bytes, 200_000, 20_000_000);
    }

    private void Tell(params ProcessSighting[] sightings) =>
        _directory.Apply(new ProcessScan { Sightings = sightings });

    private void Forget(params ProcessKey[] gone) => _directory.Apply(new ProcessScan { Gone = gone });

    private int? Owner(uint inode, OwnerRule rule = default) =>
        _directory.TryFindOwner(inode, rule, out ProcessFacts? owner) ? owner.Pid : null;
}
