using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Nos.Scheduling.Cluster.Flags;

/// <summary>The types of values that flags have.</summary>
public static class FlagKinds
{
    /// <summary>On or off; the flag alone means on.</summary>
    public static FlagKind<bool> Switch { get; } = Simple(string.Empty, "true or false", ReadSwitch, value => value ? "true" : "false");

    /// <summary>A path of a file; whether it is there is judged elsewhere.</summary>
    public static FlagKind<string> File { get; } = Text("FILE", "a path of a file");

    /// <summary>A path of a directory; whether it is there is judged elsewhere.</summary>
    public static FlagKind<string> Directory { get; } = Text("DIR", "a path of a directory");

    /// <summary>A namespace's name.</summary>
    public static FlagKind<string> Namespace { get; } =
        Text("NAME", "the name of a namespace: at most 63 lower-case letters, digits and '-', a letter or digit at both ends", KubeNames.IsLabel);

    /// <summary>The name of an object or of a scheduler.</summary>
    public static FlagKind<string> Name { get; } =
        Text("NAME", "a Kubernetes name: at most 253 lower-case letters, digits, '-' and '.', a letter or digit at both ends", KubeNames.IsSubdomain);

    /// <summary>As <see cref="Name"/>, or empty.</summary>
    public static FlagKind<string> NameOrEmpty { get; } = Text("NAME", $"empty or {Name.Allowed}", text => text.Length == 0 || KubeNames.IsSubdomain(text));

    /// <summary>Names of objects or schedulers, joined by commas; spaces around them do not count.</summary>
    public static FlagKind<IReadOnlyList<string>> Names { get; } = Simple<IReadOnlyList<string>>(
        "NAME,…", "Kubernetes names joined by commas", ReadNames, names => string.Join(',', names));

    /// <summary>A label with its value.</summary>
    public static FlagKind<NodeLabel> Label { get; } = Simple(
        "LABEL=VALUE", "a label and its value, such as nos.nebuly.com/simulated=true", ReadLabel, label => label.ToString());

    /// <summary>The least level of what is logged.</summary>
    public static FlagKind<LogLevel> LogLevel { get; } = OneOf(
        ("info", Microsoft.Extensions.Logging.LogLevel.Information),
        ("trace", Microsoft.Extensions.Logging.LogLevel.Trace),
        ("debug", Microsoft.Extensions.Logging.LogLevel.Debug),
        ("warn", Microsoft.Extensions.Logging.LogLevel.Warning),
        ("error", Microsoft.Extensions.Logging.LogLevel.Error));

    /// <summary>A text of at least one character, but for what <paramref name="accepts"/> refuses.</summary>
    /// <param name="placeholder">What help shows.</param>
    /// <param name="allowed">The end of "must be …".</param>
    /// <param name="accepts">Which texts will do; <see langword="null"/>: all but blank ones.</param>
    public static FlagKind<string> Text(string placeholder, string allowed, Func<string, bool>? accepts = null) => Simple(
        placeholder, allowed, text => (accepts ?? (candidate => !string.IsNullOrWhiteSpace(candidate)))(text) ? text : null, text => text);

    /// <summary>A duration within bounds, both included.</summary>
    /// <param name="least">The shortest.</param>
    /// <param name="most">The longest.</param>
    /// <param name="zero">What 0 means besides, where it is allowed below <paramref name="least"/>; else <see langword="null"/>.</param>
    public static FlagKind<TimeSpan> Duration(TimeSpan least, TimeSpan most, string? zero = null)
    {
        var allowed = $"a duration from {GoDuration.Format(least)} to {GoDuration.Format(most)}, written like 700ms or 1h30m"
            + (zero is null ? string.Empty : $", or 0 for {zero}");
        return new FlagKind<TimeSpan>(
            "DURATION", allowed, text => GoDuration.TryParse(text, out var value) ? new(value, null) : new(default, $"must be {allowed}"), GoDuration.Format)
        {
            Judge = value => (value >= least && value <= most) || (zero is not null && value == TimeSpan.Zero) ? null : $"must be {allowed}",
        };
    }

    /// <summary>A whole number within bounds, both included.</summary>
    public static FlagKind<long> Whole(long least, long most)
    {
        var allowed = $"a whole number from {least} to {most}";
        return new FlagKind<long>("NUMBER", allowed, Read, value => value.ToString(CultureInfo.InvariantCulture))
        {
            Judge = value => value >= least && value <= most ? null : $"must be {allowed}",
        };

        FlagReading<long> Read(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? new(value, null)
            : new(default, $"must be {allowed}");
    }

    /// <summary>An address to open a port on.</summary>
    /// <param name="https">Whether its scheme is, and must be, https; else http.</param>
    public static FlagKind<ListenAddress> Address(bool https)
    {
        var scheme = https ? "https" : "http";
        var allowed = $"[{scheme}://]host:port with an IP address or localhost as host and a port from 0 (any free one) to 65535";
        return Simple("ADDRESS", allowed, Read, address => address.ToString());

        ListenAddress? Read(string text) => ListenAddress.Parse(text, https) is { } address && address.IsHttps == https ? address : null;
    }

    /// <summary>One of several words; the first is the default by custom.</summary>
    public static FlagKind<T> OneOf<T>(params (string Word, T Value)[] choices)
    {
        var words = choices.Select(choice => choice.Word).ToList();
        var allowed = string.Join(", ", words[..^1]) + " or " + words[^1];
        return new FlagKind<T>(string.Join('|', words), allowed, Read, value => Array.Find(choices, choice => Equals(choice.Value, value)).Word);

        FlagReading<T> Read(string text) => words.IndexOf(text) is var index and >= 0 ? new(choices[index].Value, null) : new(default, $"must be {allowed}");
    }

    /// <summary>A kind whose texts either can be read or break the one rule that <paramref name="allowed"/> says.</summary>
    private static FlagKind<T> Simple<T>(string placeholder, string allowed, Func<string, T?> read, Func<T, string> write)
        where T : class => new(placeholder, allowed, text => read(text) is { } value ? new(value, null) : new(default, $"must be {allowed}"), write);

    private static FlagKind<bool> Simple(string placeholder, string allowed, Func<string, bool?> read, Func<bool, string> write) =>
        new(placeholder, allowed, text => read(text) is { } value ? new(value, null) : new(default, $"must be {allowed}"), write);

    private static bool? ReadSwitch(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "1" => true,
        "FALSE" or "0" => false,
        _ => null,
    };

    private static IReadOnlyList<string>? ReadNames(string text)
    {
        IReadOnlyList<string> names = text.Length == 0 ? [] : [.. text.Split(',', StringSplitOptions.TrimEntries)];
        return names.All(KubeNames.IsSubdomain) ? names : null;
    }

    private static NodeLabel? ReadLabel(string text)
    {
        var sign = text.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 && KubeNames.IsLabelKey(text[..sign]) && KubeNames.IsLabelValue(text[(sign + 1)..])
            ? new NodeLabel(text[..sign], text[(sign + 1)..])
            : null;
    }
}
