using Connbeat.Events;

namespace Connbeat.Processing.Conditions;

/// <summary>Which events something is done to, ready to be asked of each.</summary>
internal abstract class Condition
{
    /// <summary>True where it holds of an event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="hiding">A bit for each processor of fields that was at work on the event before.</param>
    public abstract bool Holds(ConnectionEvent happened, ulong hiding);

    /// <summary>True where all of these hold.</summary>
    public static Condition All(Condition[] of) => new AllCondition(of);

    /// <summary>True where one of these holds.</summary>
    public static Condition Any(Condition[] of) => new AnyCondition(of);

    /// <summary>True where this one does not hold.</summary>
    public static Condition Not(Condition one) => new NotCondition(one);

    private sealed class AllCondition(Condition[] of) : Condition
    {
        public override bool Holds(ConnectionEvent happened, ulong hiding)
        {
            foreach (Condition one in of)
            {
                if (!one.Holds(happened, hiding))
                {
                    return false;
                }
            }

            return true;
        }
    }

    private sealed class AnyCondition(Condition[] of) : Condition
    {
        public override bool Holds(ConnectionEvent happened, ulong hiding)
        {
            foreach (Condition one in of)
            {
                if (one.Holds(happened, hiding))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private sealed class NotCondition(Condition one) : Condition
    {
        public override bool Holds(ConnectionEvent happened, ulong hiding) => !one.Holds(happened, hiding);
    }
}
