using System.Globalization;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>Reads what a control daemon answers. Strict: what is not understood is no answer. Pure.</summary>
internal static class MpsAnswers
{
    /// <summary>One process id a line; none where there is nothing.</summary>
    /// <param name="command">What was asked, for the message.</param>
    /// <param name="said">The answer.</param>
    /// <exception cref="MpsException">It is something else.</exception>
    public static IReadOnlyList<int> Pids(string command, string said) =>
    [
        .. Lines(said).Select(line => int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0
            ? pid
            : throw NotUnderstood(command, said)),
    ];

    /// <summary>A server's status in one word, such as <c>ACTIVE</c> or <c>FAULT</c>.</summary>
    /// <param name="command">What was asked, for the message.</param>
    /// <param name="said">The answer.</param>
    /// <exception cref="MpsException">It is something else.</exception>
    public static string Status(string command, string said) =>
        Lines(said) is [var line] && line.All(char.IsAsciiLetterUpper) ? line : throw NotUnderstood(command, said);

    /// <summary>Nothing: the command was taken.</summary>
    /// <param name="command">What was asked, for the message.</param>
    /// <param name="said">The answer.</param>
    /// <exception cref="MpsException">It says something.</exception>
    public static void Nothing(string command, string said)
    {
        if (Lines(said).Length > 0)
        {
            throw NotUnderstood(command, said);
        }
    }

    private static string[] Lines(string said) => said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static MpsException NotUnderstood(string command, string said) =>
        new($"The MPS daemon answered {command} with something that is not understood: {said.Trim().ReplaceLineEndings(" ")}.");
}
