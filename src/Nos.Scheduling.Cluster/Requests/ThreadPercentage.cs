using System.Globalization;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>The environment variable that limits an MPS client's compute.</summary>
internal static class ThreadPercentage
{
    /// <summary>What the variable must be; <see langword="null"/> where none is needed: MIG, or no compute asked for.</summary>
    internal static string? Of(ContainerAsk.Wish ask, SliceResource slice) =>
        slice.IsMig || ask.Slice.ComputePercent == 0 ? null : ask.Slice.ComputePercent.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the container sets it.</summary>
    internal static bool IsSet(AskingContainer container) => Array.Exists(container.Container.Env ?? [], variable => variable.Name == ContainerVariables.MpsThreadPercentage);

    /// <summary>A sentence where the container sets it to something else than it asks for.</summary>
    internal static string? Wrong((AskingContainer Container, ContainerAsk.Wish Ask, SliceResource Slice) translated) =>
        Of(translated.Ask, translated.Slice) is { } percent
        && Array.Find(translated.Container.Container.Env ?? [], variable => variable.Name == ContainerVariables.MpsThreadPercentage) is { } set
        && set.Value != percent
            ? $"Container {translated.Container.Container.Name} asks for {percent} % of a GPU's compute but sets {ContainerVariables.MpsThreadPercentage} to {set.Value ?? "something else"}; leave the variable out."
            : null;
}
