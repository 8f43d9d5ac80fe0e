namespace Connbeat.Config;

/// <summary>What is done to events before they are sent: one item of <c>processors</c>.</summary>
internal abstract record ProcessorOptions
{
    /// <summary>The most items that name fields: which of them were at work is kept in as many bits.</summary>
    public const int MostOfFields = 64;

    private ProcessorOptions(ConditionOptions? when) => When = when;

    /// <summary>To which events; null for all.</summary>
    public ConditionOptions? When { get; }

    /// <summary>As connbeat.yml would have it.</summary>
    public abstract IReadOnlyDictionary<string, object?> Written { get; }

    private Dictionary<string, object?> Item(string action, IReadOnlyList<string>? fields)
    {
        Dictionary<string, object?> settings = [];
        if (fields is not null)
        {
            settings["fields"] = fields;
        }

        if (When is not null)
        {
            settings["when"] = When.Written;
        }

        return new() { [action] = settings };
    }

    /// <summary>The event is not sent.</summary>
    public sealed record DropEvent(ConditionOptions? Condition) : ProcessorOptions(Condition)
    {
        /// <inheritdoc/>
        public override IReadOnlyDictionary<string, object?> Written => Item("drop_event", fields: null);
    }

    /// <summary>The event is sent without some of its fields.</summary>
    /// <param name="Fields">Their names, at least one.</param>
    /// <param name="Condition">To which events.</param>
    public sealed record DropFields(IReadOnlyList<string> Fields, ConditionOptions? Condition) : ProcessorOptions(Condition)
    {
        /// <inheritdoc/>
        public override IReadOnlyDictionary<string, object?> Written => Item("drop_fields", Fields);
    }

    /// <summary>The event is sent with some of its fields only.</summary>
    /// <param name="Fields">Their names, at least one.</param>
    /// <param name="Condition">To which events.</param>
    public sealed record IncludeFields(IReadOnlyList<string> Fields, ConditionOptions? Condition) : ProcessorOptions(Condition)
    {
        /// <inheritdoc/>
        public override IReadOnlyDictionary<string, object?> Written => Item("include_fields", Fields);
    }
}
