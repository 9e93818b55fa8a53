using Nos.Scheduling.Cli.Simulation.Csv;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Cli.Simulation.Mig;

/// <summary>Reads the events of <c>simulate mig</c>.</summary>
internal static class MigEvents
{
    /// <summary>All events, in the file's order.</summary>
    /// <param name="path">Columns <c>order,event,pod,profile</c>, optional <c>time</c>.</param>
    /// <param name="models">The GPUs of the cluster: some one must offer each profile.</param>
    /// <exception cref="BadInputException">A column is missing, a cell is not what it should be, a pod arrives twice, or one leaves that is not there.</exception>
    internal static List<MigEvent> Read(string path, IReadOnlyList<GpuModel> models)
    {
        var events = new List<MigEvent>();
        var present = new Dictionary<string, bool>(StringComparer.Ordinal);
        var before = 0.0;
        foreach (var row in CsvFile.Read(path, "order", "event", "pod", "profile"))
        {
            var order = row.Whole("order", 0, long.MaxValue);
            var isArrival = row.Text("event") switch { "arrive" => true, "depart" => false, _ => throw row.Bad("event", "arrive or depart") };
            var pod = row.Name("pod");
            var profile = row.Text("profile");
            if (!models.Any(model => model.Find(profile) is not null))
            {
                throw row.Bad("profile", $"one of {string.Join(", ", models.SelectMany(model => model.Names).Distinct())}");
            }

            Follow(row, present, pod, isArrival);
            var hours = row.Has("time") ? row.Number("time") : events.Count;
            before = hours >= before ? hours : throw row.Bad("time", $"a time not before {before:G}, that of the line above");
            events.Add(new MigEvent(order, isArrival, pod, profile, hours));
        }

        return events;
    }

    private static void Follow(CsvRow row, Dictionary<string, bool> present, string pod, bool isArrival)
    {
        var known = present.TryGetValue(pod, out var isHere);
        if (isArrival && known)
        {
            throw row.Bad("pod", "a pod that has not arrived before");
        }

        if (!isArrival && !isHere)
        {
            throw row.Bad("pod", known ? "a pod that has not left before" : "a pod that has arrived before");
        }

        present[pod] = isArrival;
    }
}
