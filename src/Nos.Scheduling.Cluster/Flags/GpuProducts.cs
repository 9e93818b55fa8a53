using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Cluster.Flags;

/// <summary>Reads the product's name in a flag.</summary>
public static class GpuProducts
{
    /// <summary>The model, as the catalogue knows it; the fault names the closest product, or all.</summary>
    public static FlagReading<GpuModel> Read(string product)
    {
        if (GpuCatalog.Find(product) is { } model)
        {
            return new(model, null);
        }

        var products = GpuCatalog.Models.Select(known => known.Product).ToList();
        return new(null, $"names the unknown product {product}; "
            + (ClosestName.Find(product, products) is { } close ? $"did you mean {close}?" : $"known are {string.Join(", ", products)}"));
    }
}
