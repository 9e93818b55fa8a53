using System.Buffers;
using System.Text.Json;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Preempting;

namespace Nos.Scheduling.Server.Extender;

/// <summary>Writes the extender's replies: every key of the type, empty rather than absent, in Go's spelling.</summary>
internal static class ExtenderReplies
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true };

    /// <summary>The filter's reply. Old schedulers read only FailedNodes, so what eviction cannot help is in both maps.</summary>
    internal static void WriteFilter(IBufferWriter<byte> output, FilterVerdict verdict, ExtenderNodes? nodes)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartObject();
        WritePassing(writer, verdict, nodes);
        WriteFailed(writer, "FailedNodes"u8, verdict, _ => true);
        WriteFailed(writer, "FailedAndUnresolvableNodes"u8, verdict, misfit => !misfit.IsResolvable());
        writer.WriteString("Error"u8, ""u8);
        writer.WriteEndObject();
    }

    /// <summary>A filter that could not be judged at all.</summary>
    internal static void WriteFilterError(IBufferWriter<byte> output, string error)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartObject();
        writer.WriteNull("Nodes"u8);
        writer.WriteStartArray("NodeNames"u8);
        writer.WriteEndArray();
        writer.WriteStartObject("FailedNodes"u8);
        writer.WriteEndObject();
        writer.WriteStartObject("FailedAndUnresolvableNodes"u8);
        writer.WriteEndObject();
        writer.WriteString("Error"u8, error);
        writer.WriteEndObject();
    }

    /// <summary>A HostPriorityList.</summary>
    internal static void WritePriorities(IBufferWriter<byte> output, string[] names, int[] points)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartArray();
        for (var place = 0; place < names.Length; place++)
        {
            writer.WriteStartObject();
            writer.WriteString("Host"u8, names[place]);
            writer.WriteNumber("Score"u8, points[place]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>A bind's reply: empty where the pod is bound.</summary>
    internal static void WriteBind(IBufferWriter<byte> output, string? error)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartObject();
        writer.WriteString("Error"u8, error ?? "");
        writer.WriteEndObject();
    }

    /// <summary>The candidates of a preemption, by uid whatever they came as; a node that is left out is no candidate any more.</summary>
    internal static void WritePreemption(IBufferWriter<byte> output, IEnumerable<PreemptionCandidate> candidates)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartObject();
        writer.WriteStartObject("NodeNameToMetaVictims"u8);
        foreach (var candidate in candidates)
        {
            writer.WriteStartObject(candidate.Node);
            writer.WriteStartArray("Pods"u8);
            foreach (var uid in candidate.Victims)
            {
                writer.WriteStartObject();
                writer.WriteString("UID"u8, uid);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNumber("NumPDBViolations"u8, candidate.BudgetViolations);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WritePassing(Utf8JsonWriter writer, FilterVerdict verdict, ExtenderNodes? nodes)
    {
        if (nodes is null)
        {
            writer.WriteNull("Nodes"u8);
            writer.WriteStartArray("NodeNames"u8);
            for (var place = 0; place < verdict.Names.Length; place++)
            {
                if (verdict.Misfits[place] == Misfit.None)
                {
                    writer.WriteStringValue(verdict.Names[place]);
                }
            }

            writer.WriteEndArray();
            return;
        }

        writer.WriteStartObject("Nodes"u8);
        writer.WriteStartObject("metadata"u8);
        writer.WriteEndObject();
        writer.WriteStartArray("items"u8);
        for (var place = 0; place < nodes.Items.Length; place++)
        {
            if (verdict.Misfits[place] == Misfit.None)
            {
                nodes.Items[place].WriteTo(writer);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteNull("NodeNames"u8);
    }

    private static void WriteFailed(Utf8JsonWriter writer, ReadOnlySpan<byte> key, FilterVerdict verdict, Func<Misfit, bool> belongs)
    {
        writer.WriteStartObject(key);
        for (var place = 0; place < verdict.Names.Length; place++)
        {
            if (verdict.Misfits[place] is var misfit and not Misfit.None && belongs(misfit))
            {
                writer.WriteString(verdict.Names[place], misfit.Name());
            }
        }

        writer.WriteEndObject();
    }
}
