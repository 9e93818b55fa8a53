using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Tests.Scenarios;

/// <summary>A pod of a scenario in few words, and its document.</summary>
internal sealed record ScenarioPod
{
    /// <summary>Namespace and name.</summary>
    public required string Name { get; init; }

    public int Priority { get; init; }

    /// <summary>By container what it asks for, <c>mig-1g.6gb:2</c>, <c>gpu-10gb:1</c>, <c>cpu:100m</c>, separated by blanks.</summary>
    public string[] Containers { get; init; } = [];

    public Dictionary<string, string>? Selector { get; init; }

    internal PodDocument Document => new()
    {
        Metadata = new ObjectMeta { Name = Name.Split('/')[1], Namespace = Name.Split('/')[0], Uid = $"uid-{Name}" },
        Spec = new PodSpec
        {
            Priority = Priority,
            NodeSelector = Selector,
            Containers = [.. Containers.DefaultIfEmpty("").Select((asks, index) => new Container { Name = $"c{index}", Resources = new ContainerResources { Limits = Limits(asks), Requests = Limits(asks) } })],
        },
        Status = new PodStatus { Phase = "Pending" },
    };

    private static Dictionary<string, Quantity> Limits(string asks) => asks.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(ask => ask.Split(':'))
        .ToDictionary(ask => ask[0] == "cpu" ? "cpu" : $"nvidia.com/{ask[0]}", ask => new Quantity(ask[1]));
}
