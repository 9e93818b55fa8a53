namespace Nos.Scheduling.Server.Options;

/// <summary>Which pods the embedded cluster is populated with. The default value is the demo.</summary>
/// <param name="Count">That many pods, all created before the port opens; <see langword="null"/>: a small stream of demo pods.</param>
internal readonly record struct EmbeddedPods(int? Count)
{
    /// <summary>A small stream of pods, as a newcomer wants to see it.</summary>
    internal bool IsDemo => Count is null;

    /// <summary>As the flag is written.</summary>
    public override string ToString() => Count is { } count ? $"{count}" : "demo";
}
