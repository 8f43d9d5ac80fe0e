using System.Text.RegularExpressions;

namespace Connbeat.Config;

/// <summary>Which events something is done to: a <c>when</c>, or a part of one. False where an event lacks the field.</summary>
internal abstract record ConditionOptions
{
    private ConditionOptions()
    {
    }

    /// <summary>As connbeat.yml would have it.</summary>
    public abstract IReadOnlyDictionary<string, object?> Written { get; }

    private static Dictionary<string, object?> Item(string name, object? value) => new() { [name] = value };

    /// <summary>The field, or one item of it, has this value.</summary>
    public sealed record IsEqual(string Field, string Value) : ConditionOptions
    {
        /// <inheritdoc/>
        public override IReadOnlyDictionary<string, object?> Written => Item("equals", Item(Field, Value));
    }

    /// <summary>This text is in the field, or in one item of it.</summary>
    public sealed record Contains(string Field, string Text) : ConditionOptions
    {
        /// <inheritdoc/>
        public override IReadOnlyDictionary<string, object?> Written => Item("contains", Item(Field, Text));
    }

    /// <summary>The expression finds something in the field, or in one item of it.</summary>
    public sealed record Matches(string Field, Regex Pattern) : ConditionOptions
    {
        /// <inheritdoc/>
        public override IReadOnlyDictionary<string, object?> Written => Item("regexp", Item(Field, Pattern.ToString()));
    }

    /// <summary>The field is a number within these bounds.</summary>
    public sealed record InRange(string Field, NumberRange Range) : ConditionOptions
    {
        /// <inheritdoc/>
        public override IReadOnlyDictionary<string, object?> Written => Item("range", Item(Field, Range.Written));
    }

    /// <summary>The field, or one item of it, is an address in one of these.</summary>
    public sealed record InNetwork(string Field, IReadOnlyList<NetworkRange> Networks) : ConditionOptions
    {
        /// <inheritdoc/>
        public override IReadOnlyDictionary<string, object?> Written =>
            Item("network", Item(Field, Networks.Select(network => network.Written).ToList()));
    }

    /// <summary>All of these hold.</summary>
    public sealed record All(IReadOnlyList<ConditionOptions> Of) : ConditionOptions
    {
        /// <inheritdoc/>
        public override IReadOnlyDictionary<string, object?> Written => Item("and", Of.Select(one => one.Written).ToList());
    }

    /// <summary>One of these holds.</summary>
    public sealed record Any(IReadOnlyList<ConditionOptions> Of) : ConditionOptions
    {
        /// <inheritdoc/>
        public override IReadOnlyDictionary<string, object?> Written => Item("or", Of.Select(one => one.Written).ToList());
    }

    /// <summary>This does not hold.</summary>
    public sealed record Not(ConditionOptions One) : ConditionOptions
    {
        /// <inheritdoc/>
        public override IReadOnlyDictionary<string, object?> Written => Item("not", One.Written);
    }
}
