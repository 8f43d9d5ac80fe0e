using System.Buffers;

namespace Connbeat.Linux.ProcFs;

/// <summary>
/// Names of control groups of containers that go by names: those of LXC and Incus, and those of systemd-nspawn and
/// others that register at systemd-machined(8).
/// </summary>
internal static class MachineName
{
    private const int Longest = 255; // NAME_MAX

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>Reads one part of a path; false where it is no such name.</summary>
    /// <param name="part">The part.</param>
    /// <param name="parent">The part before it.</param>
    /// <param name="name">The container's name.</param>
    /// <param name="runtime">What runs it.</param>
    public static bool TryParse(ReadOnlySpan<char> part, ReadOnlySpan<char> parent, out string? name, out string? runtime)
    {
        const string Payload = "lxc.payload.";

        if (part.StartsWith(Payload) || (parent is "lxc" or "lxc.payload" && !part.StartsWith("lxc.")))
        {
            name = NameOrNull(part.StartsWith(Payload) ? part[Payload.Length..] : part);
            runtime = "lxc";
            return name is not null;
        }

        name = TryMachine(part, out ReadOnlySpan<char> escaped) ? Unescaped(escaped) : null;
        runtime = IsLibvirts(name, "lxc-") ? "lxc" : "systemd-nspawn";
        return name is not null && !IsLibvirts(name, "qemu-") && !IsLibvirts(name, "ch-");
    }

    /// <summary>True where systemd-nspawn itself is in the group, beside the container: systemd-nspawn(1) splits its own.</summary>
    /// <param name="part">The part of the path that names the machine.</param>
    /// <param name="below">The part after it.</param>
    public static bool IsSupervisor(ReadOnlySpan<char> part, ReadOnlySpan<char> below) =>
        below is "supervisor" && TryMachine(part, out _);

    /// <summary><c>machine-NAME.scope</c>, and <c>systemd-nspawn@NAME.service</c>.</summary>
    private static bool TryMachine(ReadOnlySpan<char> part, out ReadOnlySpan<char> escaped) =>
        TryBetween(part, "machine-", ".scope", out escaped) ||
        TryBetween(part, "systemd-nspawn@", ".service", out escaped);

    private static bool TryBetween(
        ReadOnlySpan<char> part, string before, string after, out ReadOnlySpan<char> between)
    {
        bool isOne = part.Length > before.Length + after.Length && part.StartsWith(before) && part.EndsWith(after);
        between = isOne ? part[before.Length..^after.Length] : default;
        return isOne;
    }

    /// <summary>libvirt calls its machines DRIVER-NUMBER-NAME; those of its hypervisors are no containers.</summary>
    private static bool IsLibvirts(ReadOnlySpan<char> name, string driver)
    {
        if (!name.StartsWith(driver))
        {
            return false;
        }

        int digits = name[driver.Length..].IndexOfAnyExcept(Digits);
        return digits > 0 && name[driver.Length + digits] == '-';
    }

    /// <summary>Undoes <c>\x2d</c> and its like; systemd.unit(5). Null where what it says is no name.</summary>
    private static string? Unescaped(ReadOnlySpan<char> escaped)
    {
        const int Escape = 4;

        if (escaped.Length > Longest)
        {
            return null;
        }

        Span<char> name = stackalloc char[Longest];
        int length = 0;
        while (!escaped.IsEmpty)
        {
            bool isEscape = escaped.Length >= Escape && escaped.StartsWith(@"\x") &&
                char.IsAsciiHexDigit(escaped[2]) && char.IsAsciiHexDigit(escaped[3]);
            name[length++] = isEscape ? (char)Convert.FromHexString(escaped[2..Escape])[0] : escaped[0];
            escaped = escaped[(isEscape ? Escape : 1)..];
        }

        return NameOrNull(name[..length]);
    }

    private static string? NameOrNull(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= Longest && text is not ("." or "..") && !text.ContainsAnyExcept(Allowed)
            ? text.ToString()
            : null;
}
