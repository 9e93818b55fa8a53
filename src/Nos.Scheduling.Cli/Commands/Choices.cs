using System.CommandLine;

namespace Nos.Scheduling.Cli.Commands;

/// <summary>Options that take one of a few words.</summary>
internal static class Choices
{
    /// <summary>An option whose first word is the default; any other word is refused with one sentence.</summary>
    internal static Option<string> Create(string name, string description, params string[] words) => Create(name, description, [], words);

    /// <summary>The same, with other names that it goes by.</summary>
    internal static Option<string> Create(string name, string description, string[] aliases, params string[] words)
    {
        var option = new Option<string>(name, aliases) { Description = description, HelpName = string.Join('|', words), DefaultValueFactory = _ => words[0] };
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !words.Contains(token.Value))
            {
                result.AddError($"{name} '{token.Value}' is not {string.Join(" or ", words)}.");
            }
        });
        return option;
    }
}
