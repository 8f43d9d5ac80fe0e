using Connbeat.Capture;
using Connbeat.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Connbeat.Tests.Capture;

public sealed class CpuBudgetTests
{
    private const double Share = 0.01;
    private const int Rounds = 500;

    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    private readonly ManualTime _time = new();
    private readonly CpuBudget _budget;

    public CpuBudgetTests() => _budget = new CpuBudget(Share, Most, _time);

    [Fact]
    public void At_the_start_there_is_as_much_as_can_be_saved_up()
    {
        _budget.Spend(Most);
        Assert.True(_budget.Allows());

        _budget.Spend(TimeSpan.FromTicks(1));
        Assert.False(_budget.Allows());
    }

    [Fact]
    public void What_is_overspent_is_waited_for()
    {
        _budget.Spend(Most + TimeSpan.FromMilliseconds(30));

        _time.Advance(TimeSpan.FromSeconds(2.999));
        Assert.False(_budget.Allows());
        _time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.True(_budget.Allows());
    }

    [Fact]
    public void What_is_not_spent_is_saved_up_to_a_limit()
    {
        _time.Advance(TimeSpan.FromDays(1));
        Assert.True(_budget.Allows());

        _budget.Spend(Most + TimeSpan.FromTicks(1));
        Assert.False(_budget.Allows());
    }

    [Fact]
    public void To_ask_often_earns_no_more()
    {
        _budget.Spend(Most + TimeSpan.FromMilliseconds(10));
        for (int millisecond = 0; millisecond < 1000; millisecond++)
        {
            Assert.False(_budget.Allows());
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.True(_budget.Allows());
    }

    [Fact]
    public void The_interval_is_what_the_cost_takes_to_earn() =>
        Assert.Equal(TimeSpan.FromSeconds(27), _budget.IntervalFor(TimeSpan.FromMilliseconds(270)));

    /// <summary>However dear and however irregular: in no stretch of time more than was saved up, was earned, and one excess.</summary>
    [Fact]
    public void In_no_stretch_of_time_is_more_spent_than_its_share_and_what_was_saved_up()
    {
        Gen<(int Wait, int Cost)> poll =
            from wait in Gen.Choose(1, 10_000)
            from cost in Gen.Frequency((8, Gen.Choose(0, 60)), (2, Gen.Choose(0, 2_000)))
            select (wait, cost);
        ForAll(poll, polls =>
        {
            CpuBudget budget = new(Share, Most, _time);
            List<(TimeSpan At, TimeSpan Cost)> spent = [];
            TimeSpan now = default;
            foreach ((int wait, int cost) in polls)
            {
                _time.Advance(TimeSpan.FromMilliseconds(wait));
                now += TimeSpan.FromMilliseconds(wait);
                if (budget.Allows())
                {
                    budget.Spend(TimeSpan.FromMilliseconds(cost));
                    spent.Add((now, TimeSpan.FromMilliseconds(cost)));
                }
            }

            for (int first = 0; first < spent.Count; first++)
            {
                TimeSpan sum = default, dearest = default;
                foreach ((TimeSpan at, TimeSpan cost) in spent[first..])
                {
                    sum += cost;
                    dearest = cost > dearest ? cost : dearest;
                    TimeSpan most = Most + ((at - spent[first].At) * Share) + dearest;
                    Assert.True(sum <= most, $"{sum} from {spent[first].At} to {at}; at most {most}");
                }
            }
        });
    }

    /// <summary>What always wants more than it has gets all that it earns.</summary>
    [Fact]
    public void What_is_too_dear_for_its_interval_gets_its_whole_share()
    {
        int lowest = (int)(Poll.TotalMilliseconds * Share) + 1;
        ForAll(Gen.Choose(lowest, 3_000), costs =>
        {
            CpuBudget budget = new(Share, Most, _time);
            TimeSpan sum = default, earned = default;
            foreach (int cost in costs)
            {
                if (budget.Allows())
                {
                    budget.Spend(TimeSpan.FromMilliseconds(cost));
                    sum += TimeSpan.FromMilliseconds(cost);
                }

                Assert.True(sum >= earned, $"{sum} of {earned}");
                _time.Advance(Poll);
                earned += Poll * Share;
            }
        });
    }

    private static void ForAll<T>(Gen<T> one, Action<T[]> body) => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(Rounds).WithStartSize(5).WithEndSize(60),
        Prop.ForAll(Arb.From(one.ArrayOf()), body));
}
