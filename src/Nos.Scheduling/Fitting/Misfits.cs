namespace Nos.Scheduling.Fitting;

/// <summary>What follows from a reason.</summary>
public static class Misfits
{
    private static readonly string[] Names = [.. Enum.GetValues<Misfit>().Select(misfit => misfit.ToString())];

    /// <summary>The reason's name, without allocating it anew.</summary>
    public static string Name(this Misfit misfit) => Names[(int)misfit];

    /// <summary>Whether evicting pods of the node may help: it decides between FailedNodes and FailedAndUnresolvableNodes.</summary>
    public static bool IsResolvable(this Misfit misfit) => misfit is
        Misfit.NoOpenPlacement or Misfit.NotEnoughGpuMemory or Misfit.NotEnoughGpuCompute
        or Misfit.ClientLimit or Misfit.UidConflict or Misfit.NodeResources or Misfit.NothingToBorrow;
}
