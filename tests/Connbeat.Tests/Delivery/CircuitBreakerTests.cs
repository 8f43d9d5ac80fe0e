using Connbeat.Delivery;

namespace Connbeat.Tests.Delivery;

public sealed class CircuitBreakerTests
{
    private readonly CircuitBreaker _breaker = new();

    [Fact]
    public void It_opens_once_at_the_fifth_failure_in_succession()
    {
        Assert.Equal([false, false, false, false], Fail(4));
        Assert.Equal(int.MaxValue, _breaker.Limit);
        Assert.Equal([true, false, false], Fail(3));
        Assert.Equal(1, _breaker.Limit);
    }

    [Fact]
    public void An_answer_between_failures_keeps_it_closed()
    {
        for (int i = 0; i < 10; i++)
        {
            Fail(4);
            _breaker.Answered(1);
        }

        Assert.Equal(int.MaxValue, _breaker.Limit);
    }

    [Fact]
    public void What_is_taken_doubles_what_is_tried_until_it_is_everything()
    {
        Fail(5);
        List<int> limits = [];
        while (_breaker.Limit < int.MaxValue)
        {
            limits.Add(_breaker.Limit);
            _breaker.Answered(_breaker.Limit);
        }

        Assert.Equal(Enumerable.Range(0, 31).Select(i => 1 << i), limits);
    }

    [Fact]
    public void Less_than_it_may_be_given_proves_nothing_more()
    {
        Fail(5);
        _breaker.Answered(1);
        _breaker.Answered(1);
        Assert.Equal(2, _breaker.Limit);
    }

    [Fact]
    public void Failures_while_it_closes_open_it_again()
    {
        Fail(5);
        _breaker.Answered(1);
        _breaker.Answered(2);
        Assert.Equal([false, false, false, false, true], Fail(5));
        Assert.Equal(1, _breaker.Limit);
    }

    private bool[] Fail(int times) => [.. Enumerable.Range(0, times).Select(_ => _breaker.Failed())];
}
