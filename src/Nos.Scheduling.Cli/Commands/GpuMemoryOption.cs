using System.CommandLine;

namespace Nos.Scheduling.Cli.Commands;

/// <summary>The option <c>--gpu-memory-per-gpu</c> of commands that show quotas; it must be as the server's.</summary>
internal static class GpuMemoryOption
{
    private const long Most = 1024;

    /// <summary>Unit: GB that one whole GPU counts in quotas, 1 to 1024; the default is the server's.</summary>
    internal static Option<long> Create()
    {
        var option = new Option<long>("--gpu-memory-per-gpu")
        {
            Description = "The server's --gpu-memory-per-gpu: GB that one nvidia.com/gpu counts in quotas.",
            HelpName = "GB",
            DefaultValueFactory = _ => 32,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(long.TryParse(token.Value, out var gigabytes) && gigabytes is >= 1 and <= Most))
            {
                result.AddError($"--gpu-memory-per-gpu '{token.Value}' is not between 1 and {Most}.");
            }
        });
        return option;
    }
}
