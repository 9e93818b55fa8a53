using Microsoft.Extensions.Logging;
using Nos.Scheduling.Cluster.Observing;

namespace Nos.Scheduling.Tests.Cluster.Observing;

public sealed class NosLoggingTests
{
    [Theory]
    [InlineData(LogLevel.Information, "Nos.Scheduling.Server.Extender.Binder", LogLevel.Information, true)]
    [InlineData(LogLevel.Information, "Nos.Scheduling.Server.Extender.Binder", LogLevel.Debug, false)]
    [InlineData(LogLevel.Information, "Microsoft.AspNetCore.Hosting", LogLevel.Information, false)]
    [InlineData(LogLevel.Information, "Microsoft.AspNetCore.Hosting", LogLevel.Warning, true)]
    [InlineData(LogLevel.Information, "System.Net.Http.HttpClient", LogLevel.Information, false)]
    [InlineData(LogLevel.Information, "Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Error, false)]
    [InlineData(LogLevel.Information, "Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical, true)]
    [InlineData(LogLevel.Debug, "Microsoft.AspNetCore.Hosting", LogLevel.Debug, true)]
    [InlineData(LogLevel.Debug, "Nos.Scheduling", LogLevel.Trace, false)]
    [InlineData(LogLevel.Error, "Microsoft.AspNetCore.Hosting", LogLevel.Warning, false)]
    [InlineData(LogLevel.Error, "Nos.Scheduling", LogLevel.Warning, false)]
    [InlineData(LogLevel.Error, "Nos.Scheduling", LogLevel.Error, true)]
    public void Logs_from_the_level_on_and_the_framework_only_when_it_matters(LogLevel least, string category, LogLevel level, bool isLogged)
    {
        using var loggers = LoggerFactory.Create(logging => logging.UseNosConsole(least));

        Assert.Equal(isLogged, loggers.CreateLogger(category).IsEnabled(level));
    }
}
