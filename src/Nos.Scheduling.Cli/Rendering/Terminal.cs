using Spectre.Console;

namespace Nos.Scheduling.Cli.Rendering;

/// <summary>Where tables go.</summary>
internal static class Terminal
{
    /// <summary>A console on that writer: colours and the window's width only where a person looks at it, else plain text that is never wrapped.</summary>
    internal static IAnsiConsole On(TextWriter output)
    {
        var isWatched = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isWatched ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isWatched ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!isWatched)
        {
            console.Profile.Width = 10_000;
        }

        return console;
    }
}
