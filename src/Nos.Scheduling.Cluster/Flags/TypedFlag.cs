namespace Nos.Scheduling.Cluster.Flags;

/// <summary>A flag and the property that it fills.</summary>
/// <typeparam name="TOptions">The record that takes the values.</typeparam>
/// <typeparam name="TValue">The property's type.</typeparam>
/// <param name="name">Without dashes in front.</param>
/// <param name="description">One line for help, without a full stop.</param>
/// <param name="kind">How values are read, written and bounded.</param>
/// <param name="get">The property; <see langword="null"/> means that there is no value and nothing to judge.</param>
/// <param name="set">The record with another value there.</param>
public sealed class TypedFlag<TOptions, TValue>(
    string name, string description, FlagKind<TValue> kind, Func<TOptions, TValue?> get, Func<TOptions, TValue, TOptions> set)
    : Flag<TOptions>(name, description)
{
    /// <inheritdoc/>
    public override string Placeholder => kind.Placeholder;

    /// <inheritdoc/>
    public override FlagReading<TOptions> Apply(TOptions options, string text) =>
        kind.Read(text).Then(value => new FlagReading<TOptions>(set(options, value), null));

    /// <inheritdoc/>
    public override string? Judge(TOptions options) => get(options) is { } value ? kind.Judge(value) : null;

    /// <inheritdoc/>
    public override string Write(TOptions options) => get(options) is { } value ? kind.Write(value) : string.Empty;
}
