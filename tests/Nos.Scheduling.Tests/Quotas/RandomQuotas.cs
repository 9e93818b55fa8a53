using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;
using static Nos.Scheduling.Tests.Quotas.Ledgers;

namespace Nos.Scheduling.Tests.Quotas;

/// <summary>Quotas over the namespaces a to f that overlap, name some resources and not others, and now and then an amount of 63 bits; and pods that ask.</summary>
internal static class RandomQuotas
{
    internal static readonly string[] Resources = ["cpu", "gpu", "memory"];
    internal static readonly string[] Spaces = ["a", "b", "c", "d", "e", "f"];

    private static readonly Gen<long> Amount =
        from kind in Gen.Choose(1, 12)
        from small in Gen.Choose(0, 20)
        from below in Gen.Choose(0, 1000)
        select kind == 1 ? long.MaxValue - below : small;

    /// <summary>Up to six quotas of either kind.</summary>
    internal static readonly Gen<Quota[]> Several =
        from count in Gen.Choose(0, 6)
        from quotas in Gen.ArrayOf(One, count)
        select quotas.Select((quota, at) => quota with { Key = quota.Key with { Name = $"q{at}" } }).ToArray();

    /// <summary>Pods: where, and what they ask for.</summary>
    internal static readonly Gen<(string Space, ResourceAmounts Asked)[]> Asking =
        from count in Gen.Choose(0, 20)
        from pods in Gen.ArrayOf(from space in Gen.Elements(Spaces) from asked in Some select (space, asked), count)
        select pods;

    /// <summary>Bound pods of one namespace, some of which are alike.</summary>
    internal static readonly Gen<QuotaPod[]> Bound =
        from count in Gen.Choose(0, 12)
        from pods in Gen.ArrayOf(
            from asked in Some
            from second in Gen.Choose(0, 3)
            from priority in Gen.Choose(0, 2)
            from name in Gen.Elements("p", "q")
            select new QuotaPod("", "ns", name, Start.AddSeconds(second), priority, asked), count)
        select pods.Select((pod, at) => pod with { Uid = $"uid-{at}" }).ToArray();

    private static Gen<ResourceAmounts> Some =>
        from named in Gen.SubListOf(Resources)
        from amounts in Gen.ArrayOf(Amount, Resources.Length)
        select ResourceAmounts.Of(named.Select((name, at) => KeyValuePair.Create(name, amounts[at])));

    private static Gen<Quota> One =>
        from isComposite in Gen.Elements(true, false)
        from spaces in Gen.SubListOf(Spaces)
        from own in Gen.Elements(Spaces)
        from min in Some
        from max in Some
        from hasMax in Gen.Elements(true, false)
        from second in Gen.Choose(0, 3)
        select new Quota(
            new QuotaKey(own, "", isComposite), isComposite ? [.. spaces] : [own], min, hasMax ? max : default, Start.AddSeconds(second));
}
