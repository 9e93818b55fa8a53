using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;

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

    /// <summary>As the scheduler adds containers up: init containers one at a time beside the sidecars before them, then all others at once.</summary>
    [Fact]
    public void Needs_what_Kubernetes_adds_up_and_shares_only_what_an_init_container_leaves()
    {
        var containers =
            from count in Gen.Choose(0, 6)
            from kinds in Gen.ArrayOf(Gen.Elements(ContainerKind.Init, ContainerKind.Sidecar, ContainerKind.Main), count)
            from asked in Gen.ArrayOf(from slice in Gen.Elements("1g.10gb", "2g.20gb", "7g.80gb", "7g.79gb") from number in Gen.Choose(1, 3) select (slice, number), count)
            select kinds.Zip(asked).Select((pair, index) => new ContainerDemand($"c{index}", pair.First, Draw.Resource(pair.Second.slice), pair.Second.number))
                .OrderBy(container => container.Kind == ContainerKind.Main).ToArray();

        Prop.ForAll(Arb.From(containers), given =>
        {
            var demand = PodDemand.Of(given);

            foreach (var resource in given.Select(container => container.Resource).Distinct())
            {
                Assert.Equal(Needed(given, resource), demand.Slices.Count(slice => slice.Resource == resource));
            }

            Assert.Equal(given.Select(container => container.Resource).Distinct().Count(), demand.Slices.Select(slice => slice.Resource).Distinct().Count());
            foreach (var container in given)
            {
                var mine = SharesOf(demand, container);
                Assert.Equal(container.Count, mine.Distinct().Count());
                Assert.All(mine, place => Assert.Equal(container.Resource, demand.Slices[place].Resource));
                Assert.All(
                    given.Where(other => other != container && (Stays(other) && Stays(container))),
                    other => Assert.Empty(SharesOf(demand, other).Intersect(mine)));
            }

            // A sidecar that started before an init container runs beside it.
            for (var index = 0; index < given.Length; index++)
            {
                Assert.All(
                    given.Take(index).Where(earlier => earlier.Kind == ContainerKind.Sidecar),
                    earlier => Assert.Empty(SharesOf(demand, earlier).Intersect(SharesOf(demand, given[index]))));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

        static bool Stays(ContainerDemand container) => container.Kind != ContainerKind.Init;

        static int[] SharesOf(PodDemand demand, ContainerDemand container) => [.. demand.Shares.Where(share => share.Container == container.Container).Select(share => share.Request)];
    }

    private static int Needed(ContainerDemand[] containers, SliceResource resource)
    {
        var (sidecars, most, mains) = (0, 0, 0);
        foreach (var container in containers.Where(container => container.Resource == resource))
        {
            most = container.Kind == ContainerKind.Init ? Math.Max(most, sidecars + container.Count) : most;
            sidecars += container.Kind == ContainerKind.Sidecar ? container.Count : 0;
            mains += container.Kind == ContainerKind.Main ? container.Count : 0;
        }

        return Math.Max(most, sidecars + mains);
    }

    private static PodDemand Of(params (string Name, ContainerKind Kind, int Count)[] containers) =>
        PodDemand.Of([.. containers.Select(container => new ContainerDemand(container.Name, container.Kind, Draw.Resource("1g.10gb"), container.Count))]);

    private static IEnumerable<string> Shares(PodDemand demand) => demand.Shares.Select(share => $"{share.Container}:{share.Request}");
}
