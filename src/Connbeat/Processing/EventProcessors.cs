using Connbeat.Conditions;
using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Processing.Conditions;
using Connbeat.Processing.Fields;

namespace Connbeat.Processing;

/// <summary>
/// The list <c>processors</c> at work: drops events, and says which fields the others are sent without. A field that was
/// dropped is missing to the conditions after it. One thread uses it.
/// </summary>
internal sealed class EventProcessors
{
    /// <summary>How many masks are kept; a list of some length could make as many as there are sets of its items.</summary>
    private const int MostMasks = 1024;

    private readonly FieldTable _fields;
    private readonly Step[] _steps;
    private readonly List<FieldMask?> _masks = []; // of the processors of fields, by bit
    private readonly Dictionary<ulong, FieldMask?> _unions = [];
    private ulong _lastHiding;
    private FieldMask? _lastMask;

    /// <summary>Makes a checked list ready.</summary>
    public EventProcessors(IReadOnlyList<ProcessorOptions> processors, FieldTable fields)
    {
        _fields = fields;
        _steps = [.. processors.Select(Compile)];
    }

    /// <summary>What becomes of an event.</summary>
    public Verdict Judge(ConnectionEvent happened)
    {
        if (_steps.Length == 0)
        {
            return default;
        }

        _fields.Learn(happened);
        ulong hiding = 0;
        foreach (Step step in _steps)
        {
            if (step.When is { } when && !when.Holds(happened, hiding))
            {
                continue;
            }

            // The ledger stands on what the agent tells of itself.
            if (step.Bit == 0 && !happened.Action.IsAgent())
            {
                return Verdict.Drop;
            }

            hiding |= step.Bit;
        }

        return hiding == 0 ? default : new Verdict(IsDropped: false, MaskOf(hiding));
    }

    private FieldMask? MaskOf(ulong hiding)
    {
        if (hiding == _lastHiding)
        {
            return _lastMask;
        }

        if (!_unions.TryGetValue(hiding, out FieldMask? mask))
        {
            if (_unions.Count == MostMasks)
            {
                _unions.Clear();
            }

            mask = Union(hiding);
            _unions[hiding] = mask;
        }

        _lastHiding = hiding;
        _lastMask = mask;
        return mask;
    }

    private FieldMask? Union(ulong hiding)
    {
        FieldMask? mask = null;
        for (int bit = 0; bit < _masks.Count; bit++)
        {
            if ((hiding >> bit & 1) != 0)
            {
                mask = FieldMask.Union(mask, _masks[bit]);
            }
        }

        return mask;
    }

    private Step Compile(ProcessorOptions options)
    {
        Condition? when = options.When is { } condition ? Compile(condition) : null;
        FieldMask? mask = options switch
        {
            ProcessorOptions.DropFields drop => FieldMask.Without(drop.Fields),
            ProcessorOptions.IncludeFields include => FieldMask.Only(include.Fields),
            _ => null,
        };
        if (options is ProcessorOptions.DropEvent)
        {
            return new Step(when, Bit: 0);
        }

        _masks.Add(FieldMask.Showing(mask, KeptFields.Names));
        return new Step(when, Bit: 1UL << (_masks.Count - 1));
    }

    private Condition Compile(ConditionOptions options) => options switch
    {
        ConditionOptions.IsEqual equal => Compile(equal.Field, new EqualTest(equal.Value)),
        ConditionOptions.Contains contains => Compile(contains.Field, new ContainsTest(contains.Text)),
        ConditionOptions.Matches matches => Compile(matches.Field, new RegexTest(matches.Pattern)),
        ConditionOptions.InRange range => Compile(range.Field, new RangeTest(range.Range)),
        ConditionOptions.InNetwork network => Compile(network.Field, new NetworkTest(network.Networks)),
        ConditionOptions.All all => Condition.All([.. all.Of.Select(Compile)]),
        ConditionOptions.Any any => Condition.Any([.. any.Of.Select(Compile)]),
        ConditionOptions.Not not => Condition.Not(Compile(not.One)),
        _ => throw new ArgumentException($"{options.GetType().Name} is no condition", nameof(options)),
    };

    /// <summary>A name that no event has is a missing field: the configuration refuses it, unless a label or the like.</summary>
    private Condition Compile(string name, ValueTest test)
    {
        ulong hiders = 0;
        for (int bit = 0; bit < _masks.Count; bit++)
        {
            if (_masks[bit]?.Under(name) is { HidesOthers: true })
            {
                hiders |= 1UL << bit;
            }
        }

        return _fields.Find(name) is { } field ? new FieldCondition(field, hiders, test) : Condition.Any([]);
    }

    /// <summary>One item of the list.</summary>
    /// <param name="When">To which events; null for all.</param>
    /// <param name="Bit">Its own; 0 where it drops the event.</param>
    private readonly record struct Step(Condition? When, ulong Bit);
}

/// <summary>What becomes of an event.</summary>
/// <param name="IsDropped">True: nobody hears of it.</param>
/// <param name="Mask">Which of its fields are not sent; null for none.</param>
internal readonly record struct Verdict(bool IsDropped, FieldMask? Mask)
{
    /// <summary>Nobody hears of it.</summary>
    public static readonly Verdict Drop = new(IsDropped: true, Mask: null);
}
