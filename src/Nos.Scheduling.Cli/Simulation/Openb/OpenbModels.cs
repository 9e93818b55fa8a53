namespace Nos.Scheduling.Cli.Simulation.Openb;

/// <summary>The GPU models of a run: those of the nodes, and the trace's own, which a part of its nodes may lack.</summary>
internal sealed class OpenbModels
{
    /// <summary>The most models; each is a bit.</summary>
    internal const int Most = 64;

    private readonly List<string> names = ["P100", "T4", "V100M16", "V100M32", "G1", "G2", "G3", "A10"];

    /// <summary>All names.</summary>
    internal IReadOnlyList<string> Names => names;

    /// <summary>The bit of a node's model, which is new where nobody named it before; -1 where there are too many.</summary>
    internal int Add(string name)
    {
        if (names.IndexOf(name) is var known and >= 0)
        {
            return known;
        }

        names.Add(name);
        return names.Count <= Most ? names.Count - 1 : -1;
    }

    /// <summary>The bit of a model, or -1.</summary>
    internal int Find(string name) => names.IndexOf(name);
}
