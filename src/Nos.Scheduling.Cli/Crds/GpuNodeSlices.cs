using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cli.Crds;

/// <summary>The fields that slices have both in <c>spec</c> and in <c>status</c> of a GpuNode.</summary>
internal static class GpuNodeSlices
{
    /// <summary>More GPUs than any node has.</summary>
    internal const int MaxGpus = 32;

    /// <summary>More slices than any GPU takes: MPS serves 48 clients.</summary>
    internal const int MaxSlices = 64;

    // What a driver's profiles are called is NVML's to say, so the shape within an id is not spelt out.
    internal static JsonObject Id() => Schema.Name(
        "GPU, shape and place: 0-1g.10gb-3 (MIG: start) or 0-10gb-1 (MPS: number). A + of the profile's name is written as a dot.",
        64,
        "^[0-9]{1,2}-[0-9]+(g\\.[0-9]+)?gb[.a-z-]*-[0-9]{1,4}$");

    internal static JsonObject Index() => Schema.Number("NVML's index of the GPU on the node.", 0, MaxGpus - 1);

    internal static JsonObject Profile() => Schema.Name("MIG: the profile by NVIDIA's name, such as 1g.10gb+me.", 32, "^[1-9][0-9]*g\\.[0-9]+gb([+-][a-z][a-z.]*)?$");

    internal static JsonObject Start() => Schema.Number("MIG: the first memory slice.", 0, 15);

    internal static JsonObject MemoryGB() => Schema.Number("MPS: memory in GB (GiB).", 1, 9999);
}
