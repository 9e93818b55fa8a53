using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>How both processes log.</summary>
public static class NosLogging
{
    /// <summary>
    /// One line an event, with a UTC time stamp and without colours, on standard error: standard output is for what a command was asked to show.
    /// The framework's own events are logged from warnings on, unless <paramref name="least"/> is below information.
    /// </summary>
    public static ILoggingBuilder UseNosConsole(this ILoggingBuilder logging, LogLevel least)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(least);
        logging.AddSimpleConsole(console =>
        {
            (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ ");
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (least >= LogLevel.Information)
        {
            var framework = least > LogLevel.Warning ? least : LogLevel.Warning;
            logging.AddFilter("Microsoft", framework).AddFilter("System", framework);

            // A start that fails throws as well, and is told in one sentence; the host would tell it once more with all its stack.
            logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        }

        return logging;
    }
}
