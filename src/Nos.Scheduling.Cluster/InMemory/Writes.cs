using System.Globalization;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>Creates, updates and deletes.</summary>
internal sealed class Writes(Store store, Admission admission, TimeProvider time)
{
    /// <summary>How often a name is made anew when there is one already, as real servers do.</summary>
    private const int MostNames = 8;

    /// <summary>Creates the object.</summary>
    /// <param name="route">The collection.</param>
    /// <param name="json">The object.</param>
    /// <param name="user">Who asks; <see langword="null"/> for population at start, which no webhook sees and whose status is kept.</param>
    /// <param name="warnings">Where webhooks' warnings go.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<StoredObject> CreateAsync(ApiRoute route, JsonObject json, string? user, ICollection<string> warnings, CancellationToken cancellation)
    {
        var status = json["status"]?.DeepClone();
        ObjectRules.Decode(route.Kind, route.Namespace, json);
        if (route.Namespace is not null && store.Namespaces.Find(route.Namespace) is null)
        {
            throw ApiRefusal.NotFound(InMemoryKinds.Namespaces, route.Namespace);
        }

        if (ObjectRules.Metadata(json)["resourceVersion"] is not null)
        {
            throw ApiRefusal.BadRequest("resourceVersion should not be set on objects to be created");
        }

        if (route.Kind == InMemoryKinds.Pods)
        {
            PodRules.Default(route.Kind, json);
        }

        if (user is not null)
        {
            var name = (string?)ObjectRules.Metadata(json)["name"] ?? "";
            await admission.AdmitAsync(new AdmissionCall(route.Kind, "CREATE", route.Namespace, name, user, json, null), warnings, cancellation).ConfigureAwait(false);
        }

        return Store(route, json, user is null ? status : null);
    }

    /// <summary>Changes the object, again and again until nobody came in between.</summary>
    /// <param name="route">The object, or its status.</param>
    /// <param name="change">Makes of a copy of the object what is wanted.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="isDryRun">Whether it is only tried: webhooks see it, nothing is stored.</param>
    /// <param name="warnings">Where webhooks' warnings go.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<StoredObject> UpdateAsync(
        ApiRoute route, Func<JsonObject, JsonObject> change, string user, bool isDryRun, ICollection<string> warnings, CancellationToken cancellation)
    {
        while (true)
        {
            var stored = route.Table.Find(route.Key) ?? throw ApiRefusal.NotFound(route.Kind, route.Name!);
            var current = stored.Read();
            var wanted = change(current.DeepClone().AsObject());
            CheckPreconditions(route, current, wanted);

            var isStatus = route.Subresource == "status";
            var next = ObjectRules.Confine(route.Kind, current, wanted, isStatus);
            if (!isStatus)
            {
                await admission.AdmitAsync(new AdmissionCall(route.Kind, "UPDATE", route.Namespace, route.Name!, user, next, current) { IsDryRun = isDryRun }, warnings, cancellation).ConfigureAwait(false);
                next = ObjectRules.Confine(route.Kind, current, next, false);
                if (route.Kind == InMemoryKinds.Pods)
                {
                    PodRules.CheckUpdate(route.Kind, current, next);
                }
            }

            if (JsonNode.DeepEquals(current, next))
            {
                // Nothing to write is nothing to watch.
                return stored;
            }

            ObjectRules.Count(route.Kind, current, next);
            if (isDryRun)
            {
                return stored with { Json = System.Text.Encoding.UTF8.GetBytes(next.ToJsonString()) };
            }

            if (route.Table.TryStore(route.Key, stored, next) is { } updated)
            {
                return updated;
            }
        }
    }

    /// <summary>Puts a pod onto a node.</summary>
    public void Bind(ApiRoute route, JsonObject binding)
    {
        while (true)
        {
            var stored = route.Table.Find(route.Key) ?? throw ApiRefusal.NotFound(route.Kind, route.Name!);
            var pod = stored.Read();
            PodRules.Bind(route.Kind, pod, binding, time.GetUtcNow());
            if (route.Table.TryStore(route.Key, stored, pod) is not null)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Deletes the object; a pod that may be running only gets its deletionTimestamp, and is removed when its kubelet says so (grace period 0).
    /// </summary>
    /// <returns>The object as it is or was last.</returns>
    public StoredObject Delete(ApiRoute route, JsonObject? options)
    {
        StoredObject? marked = null;
        while (true)
        {
            var stored = route.Table.Find(route.Key) ?? throw ApiRefusal.NotFound(route.Kind, route.Name!);
            var asked = (string?)options?["preconditions"]?["uid"];
            if (asked is { Length: > 0 } && asked != stored.Uid)
            {
                throw ApiRefusal.OtherUid(route.Kind, route.Name!, asked, stored.Uid);
            }

            // The mark that a pod gets on its way out is our own write, and changes nothing of what was asked for.
            if (marked is null && (string?)options?["preconditions"]?["resourceVersion"] is { Length: > 0 } version
                && version != stored.Version.ToString(CultureInfo.InvariantCulture))
            {
                throw ApiRefusal.Outdated(route.Kind, route.Name!);
            }

            if (route.Kind == InMemoryKinds.Pods && PodRules.Terminate(stored.Read(), (long?)options?["gracePeriodSeconds"], time.GetUtcNow()) is { } step)
            {
                if (step.Next is null)
                {
                    return stored;
                }

                // A pod that may go at once is marked and removed in two writes all the same, and watches see both.
                marked = route.Table.TryStore(route.Key, stored, step.Next) ?? marked;
                if (marked is not null && !step.IsLast)
                {
                    return marked;
                }
            }
            else if (route.Table.TryRemove(stored))
            {
                RemoveDependents(route, stored);
                return stored;
            }
        }
    }

    private static void CheckPreconditions(ApiRoute route, JsonObject current, JsonObject wanted)
    {
        var (now, then) = (ObjectRules.Metadata(current), ObjectRules.Metadata(wanted));
        if ((string?)then["uid"] is { Length: > 0 } uid && uid != (string?)now["uid"])
        {
            throw ApiRefusal.Invalid(route.Kind, route.Name!, $"metadata.uid: Invalid value: \"{uid}\": field is immutable");
        }

        if ((string?)then["resourceVersion"] is { Length: > 0 } version && version != (string?)now["resourceVersion"])
        {
            throw ApiRefusal.Outdated(route.Kind, route.Name!);
        }

        if (((string?)then["name"] ?? route.Name) != route.Name)
        {
            throw ApiRefusal.BadRequest("the name of the object does not match the name on the URL");
        }
    }

    private StoredObject Store(ApiRoute route, JsonObject json, JsonNode? status)
    {
        var isGenerated = string.IsNullOrEmpty((string?)ObjectRules.Metadata(json)["name"]);
        for (var attempt = 1; ; attempt++)
        {
            ObjectRules.Identify(route.Kind, json, time.GetUtcNow());
            if (route.Kind == InMemoryKinds.Pods)
            {
                PodRules.Begin(json);
            }

            if (status is not null)
            {
                json["status"] = status;
            }

            var name = (string)ObjectRules.Metadata(json)["name"]!;
            if (route.Table.TryStore(StoredObject.KeyOf(route.Namespace, name), null, json) is { } stored)
            {
                return stored;
            }

            if (!isGenerated || attempt == MostNames)
            {
                throw ApiRefusal.AlreadyExists(route.Kind, name);
            }

            ObjectRules.Metadata(json).Remove("name");
        }
    }

    /// <summary>What the garbage collector and the namespace controller do in real clusters, as far as anybody here relies on it.</summary>
    private void RemoveDependents(ApiRoute route, StoredObject removed)
    {
        if (route.Kind == InMemoryKinds.Nodes)
        {
            RemoveAll(store[InMemoryKinds.GpuNodes], stored => IsOwnedBy(stored, removed.Uid));
        }
        else if (route.Kind == InMemoryKinds.Namespaces)
        {
            foreach (var table in store.Tables.Where(table => table.Kind.IsNamespaced))
            {
                RemoveAll(table, stored => stored.Key.StartsWith($"{removed.Name}/", StringComparison.Ordinal));
            }
        }
    }

    private static void RemoveAll(Table table, Func<StoredObject, bool> isDependent)
    {
        foreach (var (key, stored) in table.Snapshot().Objects)
        {
            var current = stored;
            while (current is not null && isDependent(current) && !table.TryRemove(current))
            {
                current = table.Find(key);
            }
        }
    }

    private static bool IsOwnedBy(StoredObject stored, string uid) =>
        (stored.Read()["metadata"]?["ownerReferences"] as JsonArray ?? []).Any(owner => (string?)owner?["uid"] == uid);
}
