namespace Connbeat.Config;

/// <summary>What the value of a field of an event is.</summary>
internal enum FieldKind
{
    /// <summary>A string: names, times, ids.</summary>
    Text,

    /// <summary>An array of strings.</summary>
    Texts,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>An address, as a string.</summary>
    Address,

    /// <summary>An array of addresses.</summary>
    Addresses,

    /// <summary>An object, or an array of them: no condition can look at it as a whole.</summary>
    Section,
}
