using System.Globalization;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>Talks to the control daemon of one GPU, whoever started it. Its program sees to it that commands come one after the other.</summary>
/// <param name="program">Carries the commands.</param>
/// <param name="gpu">Whose daemon.</param>
/// <param name="limit">How long one command may take.</param>
internal sealed class MpsControl(MpsProgram program, MpsFolder gpu, TimeSpan limit)
{
    /// <summary>The daemon's servers with their clients; proof that it is alive. Asks two commands per server and one more.</summary>
    /// <exception cref="MpsException">There is no daemon, or it does not answer.</exception>
    public async Task<IReadOnlyList<MpsServer>> ServersAsync(CancellationToken cancellation)
    {
        const string List = "get_server_list";
        var servers = new List<MpsServer>();
        foreach (var pid in MpsAnswers.Pids(List, await AskAsync(List, cancellation)))
        {
            var (status, clients) = (About("get_server_status", pid), About("get_client_list", pid));
            servers.Add(new MpsServer(
                pid,
                MpsAnswers.Status(status, await AskAsync(status, cancellation)),
                MpsAnswers.Pids(clients, await AskAsync(clients, cancellation))));
        }

        return servers;
    }

    /// <summary>How much memory a client may pin that has no limit of its own; its own can only be tighter. Only servers that start later keep to it.</summary>
    /// <param name="memoryGB">Unit: GB.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="MpsException">There is no daemon, or it refuses.</exception>
    public async Task LimitMemoryAsync(int memoryGB, CancellationToken cancellation)
    {
        // A daemon sees its own GPU only, as number 0.
        var command = string.Create(CultureInfo.InvariantCulture, $"set_default_device_pinned_mem_limit 0 {memoryGB}G");
        MpsAnswers.Nothing(command, await AskAsync(command, cancellation));
    }

    /// <summary>Ends the daemon; while it has clients it takes no new ones and waits for them.</summary>
    /// <exception cref="MpsException">There is no daemon, or it does not answer: it may still end.</exception>
    public Task QuitAsync(CancellationToken cancellation) => AskAsync("quit", cancellation);

    private static string About(string command, int pid) => string.Create(CultureInfo.InvariantCulture, $"{command} {pid}");

    private async Task<string> AskAsync(string command, CancellationToken cancellation)
    {
        var (code, said) = await program.RunAsync([], gpu, command + "\n", limit, cancellation);
        return code == 0 ? said : throw new MpsException($"The MPS daemon does not answer: {(said.Trim() is { Length: > 0 } text ? text.ReplaceLineEndings(" ") : $"exit code {code}")}.");
    }
}
