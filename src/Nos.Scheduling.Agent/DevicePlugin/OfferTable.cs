using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>The lists of all resources. Changed and read only under the lock of <see cref="SliceOffers"/>.</summary>
internal sealed class OfferTable
{
    private readonly Dictionary<string, OfferList> lists = new(StringComparer.Ordinal);

    /// <summary>The lists, in no order.</summary>
    public IReadOnlyCollection<OfferList> Lists => lists.Values;

    /// <summary>See <see cref="SliceOffers.Resources"/>.</summary>
    public IReadOnlyList<(string Resource, bool IsWatched, long Opened)> Resources =>
        [.. lists.Values.Select(list => (list.Resource, list.Streams.Count > 0, list.Opened)).OrderBy(list => list.Resource, StringComparer.Ordinal)];

    /// <summary>See <see cref="SliceOffers.Counts"/>.</summary>
    public IReadOnlyDictionary<string, int> Counts =>
        lists.Values.Where(list => list.Offers.Count > 0).ToDictionary(list => list.Resource, list => list.Offers.Count, StringComparer.Ordinal);

    /// <summary>Every slice, on its way out or not.</summary>
    public IEnumerable<SliceOffer> Offers => lists.Values.SelectMany(list => list.Offers.Values);

    /// <summary>See <see cref="SliceOffers.Advertised"/>.</summary>
    public IReadOnlySet<SlicePlace> Advertised => lists.Values
        .SelectMany(list => list.Offers.Values.Where(offer => list.HasCarried(offer) && offer.Device.IsHealthy))
        .Select(offer => offer.Device.Place)
        .ToHashSet();

    /// <summary>See <see cref="SliceOffers.Granted"/>.</summary>
    public IReadOnlySet<SlicePlace> Granted => Offers.Where(offer => offer.GrantedAt is not null).Select(offer => offer.Device.Place).ToHashSet();

    /// <summary>The list of that resource.</summary>
    /// <returns><see langword="null"/> where it is not offered.</returns>
    public OfferList? ListOf(string resource) => lists.GetValueOrDefault(resource);

    /// <summary>That slice with its list.</summary>
    /// <returns><see langword="null"/> where it is not there.</returns>
    public (OfferList List, SliceOffer Offer)? Find(SlicePlace place)
    {
        var all = lists.Values.SelectMany(list => list.Offers.Values, (list, offer) => ((OfferList, SliceOffer)?)(list, offer));
        return all.FirstOrDefault(entry => entry!.Value.Item2.Device.Place == place);
    }

    /// <summary>Adds the resource.</summary>
    /// <returns>Whether it was not there.</returns>
    public bool Introduce(string resource) => lists.TryAdd(resource, new OfferList(resource));

    /// <summary>Drops every list; calls about them end.</summary>
    /// <returns>Whether there was any.</returns>
    public bool Retire()
    {
        foreach (var list in lists.Values)
        {
            list.IsRetired = true;
            list.Advance();
        }

        var hadAny = lists.Count > 0;
        lists.Clear();
        return hadAny;
    }
}
