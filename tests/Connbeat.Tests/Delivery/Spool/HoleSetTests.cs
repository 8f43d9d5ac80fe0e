using Connbeat.Delivery.Spool;

namespace Connbeat.Tests.Delivery.Spool;

public sealed class HoleSetTests
{
    [Fact]
    public void It_does_as_a_set_of_positions_does()
    {
        Random random = new(4);
        for (int round = 0; round < 200; round++)
        {
            HoleSet holes = new();
            HashSet<long> model = [];
            for (int step = 0; step < 30; step++)
            {
                long from = random.Next(100);
                long to = from + random.Next(-2, 12);
                holes.Add(from, to);
                for (long position = from; position < to; position++)
                {
                    model.Add(position);
                }

                long a = random.Next(120);
                long b = a + random.Next(40);
                Assert.Equal(model.Count(position => position >= a && position < b), holes.Count(a, b));
                long next = a;
                while (model.Contains(next))
                {
                    next++;
                }

                Assert.Equal(next, holes.Skip(a));
            }
        }
    }

    [Fact]
    public void What_is_forgotten_is_only_what_is_before()
    {
        HoleSet holes = new();
        holes.Add(3, 6);
        holes.Add(10, 12);
        holes.ForgetBefore(5);
        Assert.Equal(5, holes.Count(0, 20));
        holes.ForgetBefore(6);
        Assert.Equal(2, holes.Count(0, 20));
    }
}
