using Microsoft.Extensions.Logging;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>What an informer logs.</summary>
internal static partial class InformerLog
{
    [LoggerMessage(1, LogLevel.Warning, "Watching {Kind} failed {Failures} times in a row, next try in {Delay:0.0} s: {Reason}")]
    public static partial void WatchFailed(this ILogger logger, string kind, int failures, double delay, string reason);

    [LoggerMessage(2, LogLevel.Information, "Watching {Kind} goes on after {Failures} failures")]
    public static partial void WatchRecovered(this ILogger logger, string kind, int failures);

    [LoggerMessage(3, LogLevel.Warning, "{Kind} {Name} can't be read and is left out ({Count} so far): {Reason}")]
    public static partial void Unreadable(this ILogger logger, string kind, string name, long count, string reason);

    [LoggerMessage(4, LogLevel.Error, "A change of {Kind} could not be handled ({Count} so far); going on")]
    public static partial void ListenerFailed(this ILogger logger, Exception failure, string kind, long count);

    [LoggerMessage(5, LogLevel.Debug, "Listed {Count} {Kind} as of version {Version}")]
    public static partial void Listed(this ILogger logger, int count, string kind, string? version);
}
