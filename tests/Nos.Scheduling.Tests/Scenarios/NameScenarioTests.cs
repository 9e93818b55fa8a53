using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Planning;
using Nos.Scheduling.Tests.Planning;

namespace Nos.Scheduling.Tests.Scenarios;

/// <summary>What names of resources, profiles and sizes mean, what a pod asks for by them, and in which order pods are served.</summary>
public sealed class NameScenarioTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("nvidia.com/gpu", false)]
    [InlineData("nvidia.com/mig-1ga1gb", false)]
    [InlineData("nvidia.com/mig-1g.1gb", true)]
    public void Is_a_MIG_resource(string name, bool expected) => Assert.Equal(expected, SliceResource.TryParse(name, out var slice) && slice.IsMig);

    [Theory]
    [InlineData("", null)]
    [InlineData("nvidia.com/gpu", null)]
    [InlineData("nvidia.com/mig-1g12agb", null)]
    [InlineData("nvidia.com/mig-1g.1gb15gb", null)]
    [InlineData("foo/1g2gb", null)]
    [InlineData("foo", null)]
    [InlineData("nvidia.com/mig-1g.16gb", 16)]
    [InlineData("nvidia.com/gpu-10gb", 10)]
    public void Has_so_many_GB(string name, int? expected) => Assert.Equal(expected, SliceResource.TryParse(name, out var slice) ? slice.MemoryGB : null);

    [Fact]
    public void A_profile_is_taken_apart()
    {
        Assert.True(ProfileName.TryParse("3g.20gb", out var parts));

        Assert.Equal((20, 3), (parts.MemoryGB, parts.ComputeSlices));
    }

    [Fact]
    public void Counts_are_asked_for_by_resource_names() =>
        Assert.Equal(["nvidia.com/mig-1g.5gb", "nvidia.com/mig-1g.10gb"], new[] { "1g.5gb", "1g.10gb" }.Select(profile => SliceResource.Mig(profile).Name));

    [Theory]
    [InlineData("gpu:1 cpu:2 mig-1g.5gb:2 mig-7g.40gb:1", "1g.5gb:2 7g.40gb:1")]
    [InlineData("cpu:200m mig-1g.10gb:2", "1g.10gb:2")]
    [InlineData("cpu:4 gpu:2 mig-1g.10gb:2|mig-7g.40gb:1", "1g.10gb:2 7g.40gb:1")]
    [InlineData("gpu:1 cpu:2 gpu-10gb:2", "10gb:2")]
    [InlineData("gpu:3 cpu:2", "")]
    [InlineData("", "")]
    public void Only_slices_count_of_what_a_pod_asks_for(string containers, string expected)
    {
        var demand = PodDemands.Of(new ScenarioPod { Name = "ns/p", Containers = containers.Split('|') }.Document);

        Assert.Equal(expected, string.Join(' ', demand.Slices.GroupBy(slice => slice.Resource.Shape).Select(like => $"{like.Key}:{like.Count()}")));
    }

    /// <summary>By the label before the agent has spoken, one GB for the driver off; and with that GB told apart, all whole GB.</summary>
    [Theory]
    [InlineData(1100, 1)]
    [InlineData(2048, 2)]
    [InlineData(40536, 39)]
    [InlineData(81920, 80)]
    public void Memory_is_rounded_down_and_some_of_it_is_the_drivers(int labelMiB, int wholeGB)
    {
        Assert.Equal(wholeGB - 1, MpsLimits.UsableGBFromLabel(labelMiB));
        Assert.Equal(wholeGB, MpsLimits.UsableGB(labelMiB + MpsLimits.OverheadMiB, 0));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("pd-1", "pd-1")]
    [InlineData("pd-1|pd-2|pd-3", "pd-1 pd-2 pd-3")]
    [InlineData("pd-1 1 1g.6gb|pd-2 2 7g.79gb", "pd-2 pd-1")]
    [InlineData("pd-1 0 7g.40gb|pd-2 0 1g.10gb|pd-3 0 4g.20gb", "pd-2 pd-3 pd-1")]
    [InlineData("pd-1 0 4g.20gb|pd-2 0 3g.20gb", "pd-2 pd-1")]
    [InlineData("pd-1 0 1g.10gb|pd-2 0 1g.5gb", "pd-2 pd-1")]
    [InlineData("pd-1 0 20gb|pd-2 0 10gb", "pd-2 pd-1")]
    public void Pods_are_served_by_priority_then_size(string pods, string expected)
    {
        var given = pods.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(pod => pod.Split(' ')).Select(pod =>
            Batch.Pod(pod[0], pod.Length > 2 ? [pod[2]] : []) with { Priority = pod.Length > 1 ? int.Parse(pod[1]) : 0 });

        Assert.Equal(expected, string.Join(' ', PlanningOrder.Sort(given)));
    }
}
