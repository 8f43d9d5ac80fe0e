using Connbeat.Delivery.Spool;
using Connbeat.Linux;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Delivery.Spool;

public sealed class CursorFileTests : IDisposable
{
    private static readonly Dictionary<string, long> Positions = new() { ["http"] = 7, ["über"] = long.MaxValue };

    private readonly CrashingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_newest_is_read_as_it_was_written()
    {
        CursorFile file = new(_folder);
        file.Write(2, 3, new Dictionary<string, long> { ["http"] = 1 });
        file.Write(4, 9, Positions);

        SavedCursors saved = new CursorFile(_folder).Read()!;
        Assert.Equal((2, 4, 9), (saved.Number, saved.Oldest, saved.End));
        Assert.Equal(Positions, saved.Positions);
    }

    [Fact]
    public void Where_the_newest_is_damaged_the_one_before_it_is_read()
    {
        CursorFile file = new(_folder);
        file.Write(2, 3, new Dictionary<string, long> { ["http"] = 1 });
        file.Write(4, 9, Positions);
        _folder[CursorFile.Name][20] ^= 1; // the slot of even numbers

        Assert.Equal(3, new CursorFile(_folder).Read()!.End);
    }

    [Fact]
    public void It_goes_on_with_the_slot_that_is_of_less_use()
    {
        for (int end = 1; end < 10; end++)
        {
            CursorFile file = new(_folder);
            Assert.Equal(end - 1, end == 1 ? 0 : file.Read()!.End);
            file.Write(0, end, Positions);
            file.Write(0, end, Positions);
            file.Write(0, end, Positions);
        }
    }

    [Fact]
    public void Damage_gives_null_and_nothing_else()
    {
        int refused = Damage.Inflict(CursorFile.Serialise(5, 4, 9, Positions), slot =>
        {
            if (CursorFile.Parse(slot) is null)
            {
                throw new WireFormatException("no slot");
            }
        });

        Assert.True(refused > 45_000, $"{refused} refused");
    }

    [Fact]
    public void A_power_cut_never_costs_both_slots()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            CrashingFolder folder = new() { Random = new Random(seed), SyncFaults = 0.3 };
            CursorFile file = new(folder);
            long safe = 0;
            for (int end = 1; end < 20; end++)
            {
                try
                {
                    file.Write(0, end, Positions);
                    safe = end;
                }
                catch (IOException)
                {
                    // Not known to be safe.
                }
            }

            folder.CutPower();
            folder.SyncFaults = 0;
            long found = safe == 0 ? 0 : new CursorFile(folder).Read()!.End;
            Assert.InRange(found, safe, 20);
        }
    }
}
