namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>Reads label selectors as the API's query parameters have them.</summary>
internal static class LabelSelector
{
    /// <summary>Reads <c>a=b,c!=d,e in (f,g),h notin (i),j,!k</c>.</summary>
    /// <exception cref="ApiRefusal">It is none.</exception>
    public static LabelRequirement[] Parse(string? selector) =>
        string.IsNullOrWhiteSpace(selector) ? [] : [.. Parts(selector).Select(part => ParsePart(part, selector))];

    /// <summary>Splits at the commas that are not in parentheses.</summary>
    private static IEnumerable<string> Parts(string selector)
    {
        var (start, depth) = (0, 0);
        for (var at = 0; at < selector.Length; at++)
        {
            depth += selector[at] switch
            {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            if (selector[at] == ',' && depth == 0)
            {
                yield return selector[start..at].Trim();
                start = at + 1;
            }
        }

        yield return selector[start..].Trim();
    }

    private static LabelRequirement ParsePart(string part, string selector)
    {
        if (part.EndsWith(')'))
        {
            return ParseSet(part, selector);
        }

        var equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            return part.StartsWith('!') ? new LabelRequirement(Key(part[1..], selector), null, true) : new LabelRequirement(Key(part, selector), null, false);
        }

        var isNegated = equals > 0 && part[equals - 1] == '!';
        var value = part[(equals + 1)..].TrimStart('=').Trim();
        return new LabelRequirement(Key(part[..(isNegated ? equals - 1 : equals)], selector), [Value(value, selector)], isNegated);
    }

    private static LabelRequirement ParseSet(string part, string selector)
    {
        var open = part.IndexOf('(', StringComparison.Ordinal);
        var words = part[..Math.Max(open, 0)].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is not [var key, "in" or "notin"])
        {
            throw Malformed(selector);
        }

        return new LabelRequirement(Key(key, selector), [.. part[(open + 1)..^1].Split(',').Select(value => Value(value.Trim(), selector))], words[1] == "notin");
    }

    private static string Key(string text, string selector) =>
        text.Trim() is { Length: > 0 } key && IsWord(key, "-_./") ? key : throw Malformed(selector);

    private static string Value(string text, string selector) => IsWord(text, "-_.") ? text : throw Malformed(selector);

    private static bool IsWord(string text, string more) =>
        text.All(character => char.IsAsciiLetterOrDigit(character) || more.Contains(character, StringComparison.Ordinal));

    private static ApiRefusal Malformed(string selector) => ApiRefusal.BadRequest($"unable to parse requirement: '{selector}' is no label selector");
}
