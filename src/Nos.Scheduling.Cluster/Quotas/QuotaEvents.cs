using System.Security.Cryptography;
using System.Text;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Makes the Events that tell that a composite replaces an ElasticQuota. Each has a name of its own for good, so that it is told once over all leaders.</summary>
public static class QuotaEvents
{
    /// <summary>The reason of both.</summary>
    public const string Replaced = "Replaced";

    private const int LongestName = 220;

    /// <summary>What the ElasticQuota, and what the composite is told, in that order.</summary>
    /// <param name="composite">The composite.</param>
    /// <param name="replaced">What it replaces.</param>
    /// <param name="now">The moment; whole seconds of it are written.</param>
    public static IReadOnlyList<EventDocument> Of(HeardQuota composite, ElasticQuotaDocument replaced, DateTimeOffset now)
    {
        var (one, several) = (HeardQuota.Of(replaced), composite);
        return
        [
            About(one, several, $"{several.Key} is over namespace {one.Key.Namespace}, so it replaces this quota, which is deleted."),
            About(several, one, $"It replaces {one.Key}, which is deleted."),
        ];

        EventDocument About(HeardQuota about, HeardQuota other, string message)
        {
            var meta = about.Wanted.Metadata;
            var second = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
            return new EventDocument
            {
                Metadata = new ObjectMeta { Name = NameOf(about, other), Namespace = about.Key.Namespace },
                InvolvedObject = new ObjectReference
                {
                    ApiVersion = $"{KubeResources.ElasticQuotas.Group}/{KubeResources.ElasticQuotas.Version}",
                    Kind = about.Wanted.Kind,
                    Namespace = about.Key.Namespace,
                    Name = meta.Name,
                    Uid = meta.Uid,
                },
                Reason = Replaced,
                Message = message,
                Type = "Normal",
                Source = new EventSource { Component = "nos-scheduling" },
                FirstTimestamp = second,
                LastTimestamp = second,
                Count = 1,
            };
        }
    }

    private static string NameOf(HeardQuota about, HeardQuota other)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{about.Wanted.Metadata.Uid} {other.Wanted.Metadata.Uid} {Replaced}"), hash);
        var name = about.Wanted.Metadata.Name;
        return $"{name[..Math.Min(name.Length, LongestName)].TrimEnd('.', '-')}.{Convert.ToHexStringLower(hash[..8])}";
    }
}
