using FluentValidation;

namespace Nos.Scheduling.Cluster.Flags;

/// <summary>Judges every flag's value by the bounds of its declaration. Rules that concern several flags are the program's own.</summary>
/// <typeparam name="TOptions">The record with the values.</typeparam>
public sealed class FlagRanges<TOptions> : AbstractValidator<TOptions>
{
    /// <summary>One rule a flag.</summary>
    public FlagRanges(FlagSet<TOptions> set)
    {
        foreach (var flag in set.Flags)
        {
            RuleFor(options => options).Custom((options, context) =>
            {
                if (flag.Judge(options) is { } fault)
                {
                    context.AddFailure(flag.Name, fault);
                }
            });
        }
    }
}
