using System.CommandLine;

namespace Nos.Scheduling.Cli.Commands;

/// <summary><c>completion</c>: prints what a shell needs to complete our commands and options.</summary>
internal static class CompletionCommand
{
    // Both ask the program itself, through the directive that System.CommandLine answers: "[suggest:CURSOR]" and the line so far.
    private const string Bash = """
        # bash completion of kubectl-nos. Load it with: source <(kubectl nos completion bash)
        _kubectl_nos() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(kubectl-nos "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _kubectl_nos kubectl-nos

        """;

    // kubectl from 1.26 on runs kubectl_complete-NAME with the words after NAME and reads one proposal a line, then ":" and a set of flags.
    private const string Kubectl = """
        #!/bin/sh
        # Completion of "kubectl nos" for kubectl 1.26 and later.
        # Install it with: kubectl nos completion kubectl > /usr/local/bin/kubectl_complete-nos && chmod +x /usr/local/bin/kubectl_complete-nos
        line="kubectl-nos $*"
        kubectl-nos "[suggest:${#line}]" "$line" 2>/dev/null
        echo ":4"

        """;

    internal static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash for kubectl-nos itself; kubectl for \"kubectl nos\", completed by kubectl in every shell it knows." };
        shell.CompletionSources.Add("bash", "kubectl");
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value is not ("bash" or "kubectl"))
            {
                result.AddError($"'{token.Value}' is not bash or kubectl.");
            }
        });
        var command = new Command("completion", "Prints a completion script.") { shell };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(parsed.GetValue(shell) == "bash" ? Bash : Kubectl));
        return command;
    }
}
