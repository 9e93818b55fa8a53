using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

/// <summary>Quotas as tests write them: <c>cpu=2 memory=1Gi</c>.</summary>
internal static class Quotas
{
    internal static SubmittedQuota One(string place, string min = "", string max = "")
    {
        var document = OfOne(place, min, max);
        return SubmittedQuota.Of(document, document.Metadata.Namespace!);
    }

    internal static SubmittedQuota Several(string place, string namespaces, string min = "", string max = "", int age = 0)
    {
        var document = OfSeveral(place, namespaces, min, max, age);
        return SubmittedQuota.Of(document, document.Metadata.Namespace!);
    }

    /// <param name="place">Namespace and name.</param>
    /// <param name="min">What is guaranteed.</param>
    /// <param name="max">The limit.</param>
    /// <param name="age">Unit: minutes; 0: not created yet.</param>
    internal static ElasticQuotaDocument OfOne(string place, string min = "", string max = "", int age = 0) =>
        new() { Metadata = Metadata(place, age), Spec = new ElasticQuotaSpec { Min = Amounts(min), Max = Amounts(max) } };

    /// <inheritdoc cref="OfOne"/>
    internal static CompositeElasticQuotaDocument OfSeveral(string place, string namespaces, string min = "", string max = "", int age = 0) => new()
    {
        Metadata = Metadata(place, age),
        Spec = new CompositeElasticQuotaSpec { Namespaces = namespaces.Split(' ', StringSplitOptions.RemoveEmptyEntries), Min = Amounts(min), Max = Amounts(max) },
    };

    private static ObjectMeta Metadata(string place, int age) => new()
    {
        Namespace = place.Split('/')[0],
        Name = place.Split('/')[1],
        CreationTimestamp = age == 0 ? null : new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero).AddMinutes(-age),
    };

    private static Dictionary<string, Quantity> Amounts(string text) => text
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(amount => amount.Split('='))
        .ToDictionary(amount => amount[0], amount => new Quantity(amount[1]));
}
