using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Nodes;

/// <summary>What is right is what kube-scheduler does: apimachinery's labels.Requirement, component-helpers' nodeaffinity, core v1's Toleration.</summary>
public sealed class NodeRequirementsTests
{
    [Theory]
    [InlineData("zone In a,b", "zone=a", true)]
    [InlineData("zone In a,b", "zone=c", false)]
    [InlineData("zone In a,b", "", false)]
    [InlineData("zone In", "zone=a", false)]
    [InlineData("zone NotIn a,b", "zone=c", true)]
    [InlineData("zone NotIn a,b", "zone=a", false)]
    [InlineData("zone NotIn a,b", "", true)]
    [InlineData("zone NotIn", "", false)]
    [InlineData("zone Exists", "zone=", true)]
    [InlineData("zone Exists", "", false)]
    [InlineData("zone Exists a", "zone=a", false)]
    [InlineData("zone DoesNotExist", "", true)]
    [InlineData("zone DoesNotExist", "zone=a", false)]
    [InlineData("zone DoesNotExist a", "", false)]
    [InlineData("cores Gt 8", "cores=9", true)]
    [InlineData("cores Gt 8", "cores=8", false)]
    [InlineData("cores Gt 8", "cores=10", true)]
    [InlineData("cores Gt -2", "cores=-1", true)]
    [InlineData("cores Gt 8", "", false)]
    [InlineData("cores Gt 8", "cores=many", false)]
    [InlineData("cores Gt many", "cores=9", false)]
    [InlineData("cores Gt 8,9", "cores=10", false)]
    [InlineData("cores Gt", "cores=10", false)]
    [InlineData("cores Gt 8", "cores=9.5", false)]
    [InlineData("cores Lt 8", "cores=7", true)]
    [InlineData("cores Lt 8", "cores=8", false)]
    [InlineData("cores Lt 8", "", false)]
    [InlineData("cores Lt 10", "cores=9", true)]
    [InlineData("zone Unknown a", "zone=a", false)]
    public void A_condition_on_a_label_holds_as_in_the_scheduler(string condition, string labels, bool holds) =>
        Assert.Equal(holds, Term([condition], []).Matches(Node("n1", labels)));

    [Theory]
    [InlineData("metadata.name In n1", true)]
    [InlineData("metadata.name In n2", false)]
    [InlineData("metadata.name In n1,n2", false)]
    [InlineData("metadata.name NotIn n1", false)]
    [InlineData("metadata.name NotIn n2", true)]
    [InlineData("metadata.name NotIn n1,n2", false)]
    [InlineData("metadata.name Exists", false)]
    [InlineData("metadata.name Gt 1", false)]
    [InlineData("metadata.uid NotIn x", false)]
    [InlineData("spec.unschedulable NotIn true", false)]
    public void A_condition_on_a_field_knows_one_name_at_a_time(string condition, bool holds) =>
        Assert.Equal(holds, Term([], [condition]).Matches(Node("n1", "")));

    [Fact]
    public void All_conditions_of_an_alternative_must_hold_and_one_without_any_matches_nothing()
    {
        var node = Node("n1", "zone=a,cores=9");

        Assert.True(Term(["zone In a", "cores Gt 8"], ["metadata.name In n1"]).Matches(node));
        Assert.False(Term(["zone In a", "cores Gt 9"], []).Matches(node));
        Assert.False(Term(["zone In a"], ["metadata.name In n2"]).Matches(node));
        Assert.False(Term([], []).Matches(node));
    }

    [Fact]
    public void One_alternative_suffices_none_at_all_matches_nothing_and_no_affinity_matches_everything()
    {
        var node = Node("n1", "zone=a");

        Assert.True(new NodeRequirements { Affinity = [Term(["zone In b"], []), Term(["zone In a"], [])] }.AffinityMatches(node));
        Assert.False(new NodeRequirements { Affinity = [Term(["zone In b"], []), Term([], [])] }.AffinityMatches(node));
        Assert.False(new NodeRequirements { Affinity = [] }.AffinityMatches(node));
        Assert.True(NodeRequirements.None.AffinityMatches(node));
    }

    [Theory]
    [InlineData("zone=a", "zone=a,disk=ssd", true)]
    [InlineData("zone=a,disk=ssd", "zone=a", false)]
    [InlineData("zone=a", "zone=b", false)]
    [InlineData("zone=", "zone=", true)]
    [InlineData("zone=", "", false)]
    [InlineData("", "", true)]
    public void Every_label_of_the_selector_must_be_there(string selector, string labels, bool holds) =>
        Assert.Equal(holds, new NodeRequirements { Selector = [.. Labels(selector)] }.SelectorMatches(Node("n1", labels)));

    [Theory]
    [InlineData(TaintEffect.NoSchedule, true)]
    [InlineData(TaintEffect.NoExecute, true)]
    [InlineData(TaintEffect.PreferNoSchedule, false)]
    public void Taints_keep_pods_off_unless_they_only_prefer_to(TaintEffect effect, bool keepsOff) =>
        Assert.Equal(keepsOff, NodeRequirements.None.Untolerated(Tainted(new Taint("team", "ml", effect))) is not null);

    [Theory]
    [InlineData("team", TolerationOperator.Equal, "ml", null, true)]
    [InlineData("team", TolerationOperator.Equal, "web", null, false)]
    [InlineData("team", TolerationOperator.Equal, "", null, false)]
    [InlineData("team", TolerationOperator.Exists, "", null, true)]
    [InlineData("else", TolerationOperator.Exists, "", null, false)]
    [InlineData("", TolerationOperator.Exists, "", null, true)]
    [InlineData("", TolerationOperator.Equal, "ml", null, true)]
    [InlineData("team", TolerationOperator.Equal, "ml", TaintEffect.NoSchedule, true)]
    [InlineData("team", TolerationOperator.Equal, "ml", TaintEffect.NoExecute, false)]
    [InlineData("", TolerationOperator.Exists, "", TaintEffect.NoExecute, false)]
    [InlineData("team", TolerationOperator.Unknown, "ml", null, false)]
    public void A_toleration_must_name_the_key_the_value_and_the_effect_where_it_names_any(
        string key, TolerationOperator comparison, string value, TaintEffect? effect, bool tolerates) =>
        Assert.Equal(tolerates, new Toleration(key, comparison, value, effect).Tolerates(new Taint("team", "ml", TaintEffect.NoSchedule)));

    [Fact]
    public void Every_taint_must_be_tolerated_and_the_first_that_is_not_is_named()
    {
        var node = Tainted(new Taint("team", "ml", TaintEffect.NoSchedule), new Taint("soft", "", TaintEffect.PreferNoSchedule), new Taint("gpu", "", TaintEffect.NoExecute));
        var team = new Toleration("team", TolerationOperator.Equal, "ml", null);

        Assert.Equal("team=ml:NoSchedule", NodeRequirements.None.Untolerated(node).ToString());
        Assert.Equal("gpu:NoExecute", new NodeRequirements { Tolerations = [team] }.Untolerated(node).ToString());
        Assert.Null(new NodeRequirements { Tolerations = [team, new Toleration("gpu", TolerationOperator.Exists, "", TaintEffect.NoExecute)] }.Untolerated(node));
    }

    [Fact]
    public void Requirements_compare_by_content()
    {
        static NodeRequirements Made(string zone) => new()
        {
            Selector = [.. Labels("disk=ssd")], Affinity = [Term([$"zone In {zone}"], [])], Tolerations = [new Toleration("gpu", TolerationOperator.Exists, "", null)],
        };

        Assert.Equal(Made("a"), Made("a"));
        Assert.Equal(Made("a").GetHashCode(), Made("a").GetHashCode());
        Assert.NotEqual(Made("a"), Made("b"));
        Assert.NotEqual(Made("a"), Made("a") with { Affinity = null });
        Assert.NotEqual(new NodeRequirements { Affinity = [] }, NodeRequirements.None);
    }

    private static NodeTraits Node(string name, string labels) => NodeTraits.Of(name) with { Labels = Labels(labels).ToDictionary() };

    private static NodeTraits Tainted(params Taint[] taints) => NodeTraits.Of("n1") with { Taints = [.. taints] };

    private static SelectorTerm Term(string[] labels, string[] fields) => new([.. labels.Select(Requirement)], [.. fields.Select(Requirement)]);

    private static SelectorRequirement Requirement(string text)
    {
        var parts = text.Split(' ');
        return new SelectorRequirement(parts[0], Enum.Parse<SelectorOperator>(parts[1]), parts.Length > 2 ? [.. parts[2].Split(',')] : []);
    }

    private static IEnumerable<KeyValuePair<string, string>> Labels(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(label => KeyValuePair.Create(label.Split('=')[0], label.Split('=')[1]));
}
