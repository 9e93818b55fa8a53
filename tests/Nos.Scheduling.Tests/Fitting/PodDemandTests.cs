using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Tests.Fitting;

public sealed class PodDemandTests
{
    [Fact]
    public void Adds_main_containers_and_sidecars_up()
    {
        var demand = Of(("side", ContainerKind.Sidecar, 1), ("a", ContainerKind.Main, 2), ("b", ContainerKind.Main, 1));

        Assert.Equal(4, demand.Slices.Count);
        Assert.Equal(["a:1", "a:2", "b:3", "side:0"], Shares(demand));
    }

    [Fact]
    public void Lets_an_init_container_use_what_later_containers_will_have()
    {
        var demand = Of(("setup", ContainerKind.Init, 1), ("main", ContainerKind.Main, 1));

        Assert.Single(demand.Slices);
        Assert.Equal(["main:0", "setup:0"], Shares(demand));
    }

    [Fact]
    public void Takes_the_larger_of_what_init_and_main_need()
    {
        Assert.Equal(3, Of(("setup", ContainerKind.Init, 3), ("main", ContainerKind.Main, 1)).Slices.Count);
        Assert.Equal(3, Of(("side", ContainerKind.Sidecar, 1), ("setup", ContainerKind.Init, 2), ("main", ContainerKind.Main, 1)).Slices.Count);
        Assert.Equal(2, Of(("setup", ContainerKind.Init, 2), ("side", ContainerKind.Sidecar, 1), ("main", ContainerKind.Main, 1)).Slices.Count);
    }

    private static PodDemand Of(params (string Name, ContainerKind Kind, int Count)[] containers) =>
        PodDemand.Of([.. containers.Select(container => new ContainerDemand(container.Name, container.Kind, Draw.Resource("1g.10gb"), container.Count))]);

    private static IEnumerable<string> Shares(PodDemand demand) => demand.Shares.Select(share => $"{share.Container}:{share.Request}");
}
