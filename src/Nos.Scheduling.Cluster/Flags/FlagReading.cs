namespace Nos.Scheduling.Cluster.Flags;

/// <summary>What came of reading a text: a value, or what is wrong with it.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="Value">The value; meaningless where there is a fault.</param>
/// <param name="Fault">
/// The end of a sentence that begins with the flag and its text, without the full stop, such as <c>must be true or false</c>;
/// <see langword="null"/> where the text could be read.
/// </param>
public readonly record struct FlagReading<T>(T? Value, string? Fault)
{
    /// <summary>The same fault of another type's reading, or what <paramref name="next"/> makes of the value.</summary>
    public FlagReading<TNext> Then<TNext>(Func<T, FlagReading<TNext>> next) => Fault is null ? next(Value!) : new FlagReading<TNext>(default, Fault);
}
