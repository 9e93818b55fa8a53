using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Gpus;

public sealed class GpuModelTests
{
    public static TheoryData<string> Products => new(GpuCatalog.Models.Where(model => model.MemorySlices > 0).Select(model => model.Product));

    [Theory]
    [MemberData(nameof(Products))]
    public void Tells_for_every_occupancy_which_profiles_have_a_place_left(string product)
    {
        var model = GpuCatalog.Find(product)!;
        foreach (var mask in Enumerable.Range(0, 1 << model.MemorySlices).Select(bits => new SliceMask((ushort)bits)))
        {
            for (var index = 0; index < model.Profiles.Count; index++)
            {
                var expected = model.Profiles[index].Placements.Any(place => !place.Slices.Overlaps(mask));

                Assert.Equal(expected, (model.OpenProfiles(mask) >> index & 1) == 1);
            }
        }
    }

    [Fact]
    public void Refuses_two_profiles_of_one_name()
    {
        var profile = Draw.A30.Profiles[0];

        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => new GpuModel("x", 1, 1, [profile, profile])).Message);
    }
}
