using System.Text;
using System.Text.Json;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>The verb <c>probe</c>: tells as JSON what NVML shows of this machine. Asks only, changes nothing.</summary>
internal static class NvmlProbe
{
    /// <summary>Writes the machine.</summary>
    /// <param name="output">Gets one JSON object with <c>driver</c> and <c>gpus</c>; nothing where it cannot be told.</param>
    /// <param name="error">Gets one sentence where it cannot be told.</param>
    /// <returns>Whether it could be told. A single GPU that does not answer is told as such.</returns>
    public static bool Run(TextWriter output, TextWriter error)
    {
        try
        {
            using var session = NvmlSession.Open();
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
            {
                Write(json, session);
            }

            output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
            return true;
        }
        catch (NvmlException failure)
        {
            error.WriteLine($"{failure.Message}. {NvmlReaction.To(failure).Advice}");
            return false;
        }
    }

    private static void Write(Utf8JsonWriter json, NvmlSession session)
    {
        json.WriteStartObject();
        json.WriteString("driver", session.Driver);
        json.WriteStartArray("gpus");
        foreach (var (index, device, fault) in session.Devices)
        {
            json.WriteStartObject();
            json.WriteNumber("index", index);
            Write(json, device, fault);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NvmlDevice? device, NvmlException? fault)
    {
        try
        {
            Write(json, device ?? throw fault!);
        }
        catch (NvmlException silent)
        {
            json.WriteString("fault", $"{silent.Message}. {NvmlReaction.To(silent).Advice}");
        }
    }

    private static void Write(Utf8JsonWriter json, NvmlDevice device)
    {
        // All is asked before anything is written: an answer that fails half way must not spoil the text.
        var (facts, bus, mode) = (DeviceFactsReader.Read(device), device.PciBusId, device.MigMode);
        var (hasProcesses, instances) = (device.HasProcesses(), mode is (true, _) ? MigInstanceReader.Read(device, facts) : []);
        json.WriteString("uuid", facts.Uuid);
        json.WriteString("product", facts.Product);
        json.WriteString("pciBusId", bus);
        json.WriteNumber("memoryMiB", facts.MemoryMiB);
        if (facts.ReservedMiB is { } reserved)
        {
            json.WriteNumber("reservedMiB", reserved);
        }

        json.WriteBoolean("hasProcesses", hasProcesses);
        json.WriteBoolean("migCapable", mode is not null);
        if (mode is var (now, pending))
        {
            json.WriteBoolean("migEnabled", now);
            json.WriteBoolean("migEnabledAfterReset", pending);
        }

        json.WriteStartArray("profiles");
        foreach (var profile in facts.Profiles)
        {
            Write(json, profile);
        }

        json.WriteEndArray();
        json.WriteStartArray("instances");
        foreach (var instance in instances)
        {
            Write(json, instance);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, DeviceProfile profile)
    {
        json.WriteStartObject();
        json.WriteString("name", profile.Shape.Name);
        json.WriteNumber("id", profile.Id);
        json.WriteNumber("enumerator", profile.Enumerator);
        json.WriteNumber("computeSlices", profile.Shape.ComputeSlices);
        json.WriteNumber("memorySlices", profile.Shape.MemorySlices);
        json.WriteNumber("memoryMiB", profile.Shape.MemoryMiB);
        json.WriteNumber("multiprocessors", profile.Multiprocessors);
        json.WriteNumber("maxInstances", profile.Shape.MaxInstances);
        json.WriteStartArray("starts");
        foreach (var place in profile.Shape.Placements)
        {
            json.WriteNumberValue(place.Start);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, MigInstance instance)
    {
        json.WriteStartObject();
        json.WriteString("profile", instance.Profile.Shape.Name);
        json.WriteNumber("start", instance.Start);
        json.WriteBoolean("hasProcesses", instance.IsBusy);
        json.WriteStartArray("uuids");
        foreach (var part in instance.Parts)
        {
            json.WriteStringValue(part.Uuid);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
